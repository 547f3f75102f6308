/** What the first bytes of an image say, before it is unpacked: its format, size and number of channels. */

export interface ImageHeader {
  readonly format: 'png' | 'jpeg';
  readonly height: number;
  readonly width: number;
}

/** Names that the reader takes for images. */
export const IMAGE_NAME = /\.(png|jpe?g)$/i;

/** As many first bytes as nearly all headers fit into: a JPEG may begin with a preview and notes of the camera. */
export const HEADER_BYTES = 2 ** 17;

/** Null where the bytes are neither PNG nor JPEG, or end before the size is told. */
export function readImageHeader(bytes: Uint8Array): ImageHeader | null {
  return pngHeader(bytes) ?? jpegHeader(bytes);
}

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** Behind the signature stands the chunk IHDR: length, name, width, height (ISO/IEC 15948, 11.2.1). */
function pngHeader(bytes: Uint8Array): ImageHeader | null {
  if (bytes.length < 24 || PNG.some((b, i) => bytes[i] !== b)) return null;
  const view = viewOf(bytes);
  return { format: 'png', width: view.getUint32(16), height: view.getUint32(20) };
}

/** Segments FF, marker, length; the one that begins a frame has the size (ITU-T T.81, B.2.2). */
function jpegHeader(bytes: Uint8Array): ImageHeader | null {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return null;
  const view = viewOf(bytes);
  let at = 2;
  while (at + 9 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1]!;
    // Markers may be preceded by fill bytes.
    if (marker === 0xff) at++;
    else if (beginsFrame(marker))
      return { format: 'jpeg', height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    else at += 2 + view.getUint16(at + 2);
  }
  return null;
}

/** SOF0 to SOF15, without the tables DHT, JPG and DAC among them. */
function beginsFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

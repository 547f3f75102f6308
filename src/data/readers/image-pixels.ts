/** PNG and JPEG files as bytes: 8 bits for each channel, grey or red, green and blue. */
import { type DecodedPng, decode as decodePng } from 'fast-png';
import { decode as decodeJpeg } from 'jpeg-js';
import type { ImageHeader } from './image-header.ts';

/** `[height, width, channels]`, row-major; 1 channel is grey, 3 are red, green and blue. */
export interface Pixels {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly data: Uint8Array;
}

/** Throws an error with the reason where the file is broken, or partly transparent. */
export function unpackImage(bytes: Uint8Array, { format }: ImageHeader): Pixels {
  if (format === 'png') return pngPixels(decodePng(bytes, { checkCrc: true }));
  // Grey pictures come as three equal channels.
  const { height, width, data } = decodeJpeg(bytes, { useTArray: true, formatAsRGBA: false, tolerantDecoding: false });
  return { height, width, channels: 3, data };
}

/** Samples of 1 to 16 bits, or rows of a palette, whose colours have 8; an alpha channel must say that nothing is transparent. */
function pngPixels(png: DecodedPng): Pixels {
  const { height, width, depth } = png;
  const palette = png.channels === 1 ? png.palette : undefined;
  const samples = depth < 8 ? unpackedBits(png) : png.data;
  if (samples.length !== height * width * png.channels) throw new Error('it ends too early');
  const numbers = palette === undefined ? samples : coloursOf(samples, palette);
  const stored = palette === undefined ? png.channels : palette[0]!.length;
  const largest = palette === undefined ? 2 ** depth - 1 : 255;
  const channels = stored % 2 === 1 ? stored : stored - 1;
  const data = new Uint8Array(height * width * channels);
  for (let pixel = 0; pixel < height * width; pixel++) {
    if (channels < stored && numbers[pixel * stored + channels] !== largest)
      throw new Error('it is partly transparent');
    for (let c = 0; c < channels; c++) {
      data[pixel * channels + c] = Math.round((numbers[pixel * stored + c]! * 255) / largest);
    }
  }
  return { height, width, channels, data };
}

/** One number for each sample of 1, 2 or 4 bits; rows begin with a new byte. */
function unpackedBits({ height, width, channels, depth, data }: DecodedPng): Uint8Array {
  const perRow = width * channels;
  const bytesPerRow = Math.ceil((perRow * depth) / 8);
  const samples = new Uint8Array(height * perRow);
  for (let row = 0; row < height; row++) {
    for (let i = 0; i < perRow; i++) {
      const bit = i * depth;
      const byte = data[row * bytesPerRow + (bit >> 3)]!;
      samples[row * perRow + i] = (byte >> (8 - depth - (bit & 7))) & (2 ** depth - 1);
    }
  }
  return samples;
}

function coloursOf(samples: ArrayLike<number>, palette: readonly (readonly number[])[]): Uint8Array {
  const width = palette[0]!.length;
  const colours = new Uint8Array(samples.length * width);
  for (let i = 0; i < samples.length; i++) {
    const colour = palette[samples[i]!];
    if (colour === undefined) throw new Error('it has a colour that is not in its palette');
    colours.set(colour, i * width);
  }
  return colours;
}

/** The weights of red, green and blue in grey: ITU-R BT.601, as Pillow and PNG tools have them. */
const LUMA = [0.299, 0.587, 0.114] as const;

/** As many channels as wanted: colours become grey by their brightness, grey becomes three equal channels. */
export function withChannels(pixels: Pixels, channels: 1 | 3): Uint8Array {
  const { data, height, width } = pixels;
  if (pixels.channels === channels) return data;
  const out = new Uint8Array(height * width * channels);
  for (let pixel = 0; pixel < height * width; pixel++) {
    if (channels === 3) out.fill(data[pixel]!, pixel * 3, pixel * 3 + 3);
    else {
      const [red, green, blue] = LUMA.map((weight, c) => weight * data[pixel * 3 + c]!);
      out[pixel] = Math.round(red! + green! + blue!);
    }
  }
  return out;
}

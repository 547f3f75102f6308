/** What names a data set in run records: the same bytes give the same name, whatever the files are called or packed in. */

/** Hex SHA-256 over the SHA-256 of each part, in order. */
export async function fingerprintOf(parts: readonly Uint8Array[]): Promise<string> {
  const digests = new Uint8Array(32 * parts.length);
  await Promise.all(parts.map(async (part, i) => digests.set(await sha256(part), 32 * i)));
  return Array.from(await sha256(digests), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function sha256(bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await globalThis.crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>));
}

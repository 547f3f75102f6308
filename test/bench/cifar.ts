/** Images of noise in CIFAR-10's binary format: W4 needs its shapes, and time does not depend on what the images show. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PIXELS = 3 * 32 * 32;

export function writeCifar(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, rows] of [
    ['train.bin', 2560],
    ['test.bin', 128],
  ] as const) {
    const path = join(folder, name);
    if (!existsSync(path)) writeFileSync(path, records(rows));
  }
}

function records(rows: number): Uint8Array {
  const bytes = new Uint8Array(rows * (1 + PIXELS));
  // Marsaglia's xorshift32: the same bytes everywhere.
  let state = 2463534242;
  for (let i = 0; i < bytes.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[i] = i % (1 + PIXELS) === 0 ? (state >>> 24) % 10 : state >>> 24;
  }
  return bytes;
}

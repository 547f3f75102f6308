/** Exports: the format safetensors is a length, a JSON header, then raw little-endian numbers. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Writes the weights at the posterior mean, pruned ones as zeros, under the names of the program. */
export function exportSafetensors(path, posterior, network) {
  const header = { __metadata__: { format: 'bprune-weights-1', network } };
  let offset = 0;
  for (const [name, { shape, mean }] of Object.entries(posterior)) {
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + 4 * mean.length] };
    offset += 4 * mean.length;
  }
  const text = Buffer.from(JSON.stringify(header));
  const padded = Math.ceil(text.length / 8) * 8;
  const bytes = Buffer.alloc(8 + padded + offset, ' ');
  bytes.writeBigUInt64LE(BigInt(padded), 0);
  text.copy(bytes, 8);
  let at = 8 + padded;
  for (const { mean } of Object.values(posterior)) {
    for (const value of mean) at = bytes.writeFloatLE(value, at);
  }
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  console.log(`  wrote ${path}`);
}

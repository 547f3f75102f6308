/** Another text in a file that a person wrote: whole or not at all, whenever somebody interrupts. */
import { chmod, realpath, stat } from 'node:fs/promises';
import type { Host } from '../../runtime/index.ts';

/** A link stays one: what it points to is written, and may be used by whom it could be used before. */
export async function replaceFile(host: Host, file: string, text: string): Promise<void> {
  const path = await realpath(host.resolve(file));
  const { mode } = await stat(path);
  await host.write(path, text);
  await chmod(path, mode);
}

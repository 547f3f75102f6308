/** Another text in a file that a person wrote: whole or not at all, whenever somebody interrupts. */
import { chmod, realpath, stat } from 'node:fs/promises';
import type { Host } from '../../runtime/index.ts';
import { uninterrupted } from './interrupts.ts';

/**
 * A link stays one: what it points to is written, and may be used by whom it could be used before. The host writes under another
 * name and renames, so that the old text stays whole even where the process is killed; a Ctrl-C waits, and leaves no other name.
 */
export async function replaceFile(host: Host, file: string, text: string): Promise<void> {
  const path = await realpath(host.resolve(file));
  const { mode } = await stat(path);
  await uninterrupted(async () => {
    await host.write(path, text);
    await chmod(path, mode);
  });
}

/** `bprune compile`: writes the standalone trainer of a run. */
import { readFile } from 'node:fs/promises';
import type { ExitCode } from '../../base/codes.ts';
import { hasErrors } from '../../base/diagnostic.ts';
import { emitTfjs, gatherInputs, readTemplates } from '../../emit/index.ts';
import { nodeHost } from '../../runtime/host-node.ts';
import { loadProgram, refuseTaken, replaceDirectory } from '../../runtime/index.ts';
import { chosenRun } from './command-run.ts';
import { type ColorChoice, report } from './session.ts';

export interface CompileFlags {
  readonly out: string;
  readonly seed: number;
  readonly set: ReadonlyMap<string, string>;
  readonly overwrite?: boolean;
  readonly color: ColorChoice;
}

export async function compileCommand(
  file: string,
  run: string | undefined,
  flags: CompileFlags,
  sources: Map<string, string>,
): Promise<ExitCode> {
  const host = nodeHost();
  const loaded = await loadProgram(host, file, flags.set);
  for (const [name, text] of loaded.sources) sources.set(name, text);
  if (hasErrors(loaded.diagnostics)) return report(loaded.diagnostics, sources, flags.color);
  const plan = chosenRun(loaded, run);
  report(loaded.diagnostics, sources, flags.color);
  const { inputs, diagnostics } = await gatherInputs(plan, host, plan.data.span.source);
  if (diagnostics.length > 0) return report(diagnostics, sources, flags.color);
  const templates = await readTemplates((place) => readFile(place, 'utf8'));
  const emitted = emitTfjs({ plan, source: loaded.source, seed: flags.seed, templates, inputs });
  if (!emitted.ok) return report(emitted.diagnostics, sources, flags.color);
  const out = host.resolve(flags.out);
  await refuseTaken(host, out, flags.overwrite ?? false, 'trainer.js');
  const partial = `${out}.partial`;
  await host.remove(partial);
  try {
    for (const { path, content } of emitted.files) {
      await host.makeDirectory(host.join(partial, path, '..'));
      await host.write(host.join(partial, path), content);
    }
    await replaceDirectory(host, partial, out);
  } catch (error) {
    await host.remove(partial).catch(() => undefined);
    throw error;
  }
  process.stdout.write(`wrote ${emitted.files.length} files to ${out}\nnext: cd ${flags.out} && npm ci && npm start\n`);
  return 0;
}

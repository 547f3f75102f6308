/** `bprune check`: everything that can be known before a run. */
import type { ExitCode } from '../../base/codes.ts';
import { printModel, printRunPlan } from '../../language/index.ts';
import { nodeHost } from '../../runtime/host-node.ts';
import { loadProgram } from '../../runtime/index.ts';
import type { MessageFormat } from './options.ts';
import { type ColorChoice, report, reportDocument } from './session.ts';

export interface CheckFlags {
  readonly set: ReadonlyMap<string, string>;
  readonly json?: boolean;
  readonly messageFormat: MessageFormat;
  readonly verbose?: boolean;
  readonly color: ColorChoice;
}

export async function checkCommand(file: string, flags: CheckFlags, sources: Map<string, string>): Promise<ExitCode> {
  const loaded = await loadProgram(nodeHost(), file, flags.set);
  for (const [name, text] of loaded.sources) sources.set(name, text);
  if (flags.messageFormat !== 'text') return reportDocument(flags.messageFormat, loaded.diagnostics, sources, { file });
  const exit = report(loaded.diagnostics, sources, flags.color);
  if (flags.json) reportDocument('json', loaded.diagnostics, sources, { file });
  else if (exit === 0 && flags.verbose) {
    for (const model of loaded.checked.models) process.stdout.write(`${printModel(model)}\n`);
    for (const run of loaded.checked.runs) process.stdout.write(`${printRunPlan(run)}\n`);
  } else if (exit === 0) {
    const { models, runs } = loaded.checked;
    const plural = (n: number, word: string) => `${n} ${word}${n === 1 ? '' : 's'}`;
    const later = loaded.diagnostics.filter((d) => d.code === 'BP2003').length;
    const found = [plural(models.length, 'model'), plural(runs.length, 'run')];
    const rest = later === 0 ? '' : `; ${plural(later, 'part')} not available yet`;
    process.stdout.write(`${file}: no mistakes (${found.join(', ')}${rest})\n`);
  }
  return exit;
}

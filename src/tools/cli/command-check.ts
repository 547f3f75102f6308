/** `bprune check`: everything that can be known before a run. */
import type { ExitCode } from '../../base/codes.ts';
import { DiagnosticError } from '../../base/diagnostic.ts';
import type { RunPlan } from '../../language/check/checked.ts';
import { printModel } from '../../language/index.ts';
import { chooseExecutor, workloadOf } from '../../runtime/backends.ts';
import { nodeHost } from '../../runtime/host-node.ts';
import { guaranteeDocument, type Loaded, loadProgram, printOverview, readData } from '../../runtime/index.ts';
import { readMeasurements } from './cache.ts';
import { placeDocument } from './diagnostic-document.ts';
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
  const extra = { file, runs: loaded.checked.runs.map((run) => runDocument(run, sources)) };
  if (flags.messageFormat !== 'text') return reportDocument(flags.messageFormat, loaded.diagnostics, sources, extra);
  const exit = report(loaded.diagnostics, sources, flags.color);
  if (flags.json) reportDocument('json', loaded.diagnostics, sources, extra);
  else if (exit === 0 && flags.verbose) {
    for (const model of loaded.checked.models) process.stdout.write(`${printModel(model)}\n`);
    await printRuns(loaded);
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

/** The data are read, for the forecast to be that of the run. */
async function printRuns({ checked, sources }: Loaded): Promise<void> {
  for (const plan of checked.runs) {
    const dataset = await readData(plan.data, nodeHost());
    const choice = await chooseExecutor('auto', readMeasurements()?.[workloadOf(plan)]);
    if (!choice.ok) throw new DiagnosticError(choice.diagnostic);
    const { executor, reason } = choice;
    process.stdout.write(`${printOverview(plan, { sources, dataset, executor, reason })}\n`);
  }
}

/** What is known of a run, for scripts: what each of its inferences guarantees. */
function runDocument(plan: RunPlan, sources: ReadonlyMap<string, string>): object {
  const steps = plan.steps.filter((step) => step.kind === 'infer');
  const guarantees = steps.map((step) => guaranteeDocument(step, (span) => placeDocument(span, sources)));
  return { name: plan.name, guarantees };
}

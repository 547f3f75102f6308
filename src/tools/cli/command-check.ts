/** `bprune check`: everything that can be known before a run. */
import type { ExitCode } from '../../base/codes.ts';
import { DiagnosticError } from '../../base/diagnostic.ts';
import type { RunPlan } from '../../language/check/checked.ts';
import { printModel } from '../../language/index.ts';
import { chooseExecutor, workloadOf } from '../../runtime/backends.ts';
import { nodeHost } from '../../runtime/host-node.ts';
import {
  guaranteeDocument,
  type Loaded,
  loadProgram,
  printOverview,
  type Repair,
  readData,
  readText,
  repairSource,
} from '../../runtime/index.ts';
import { readMeasurements } from './cache.ts';
import { placeDocument } from './diagnostic-document.ts';
import type { MessageFormat } from './options.ts';
import { replaceFile } from './replace-file.ts';
import { type ColorChoice, report, reportDocument } from './session.ts';

export interface CheckFlags {
  readonly set: ReadonlyMap<string, string>;
  readonly json?: boolean;
  readonly fix?: boolean;
  readonly messageFormat: MessageFormat;
  readonly verbose?: boolean;
  readonly color: ColorChoice;
}

export async function checkCommand(file: string, flags: CheckFlags, sources: Map<string, string>): Promise<ExitCode> {
  const { loaded, repairs } = await (flags.fix ? mended(file, flags.set) : checked(file, flags.set));
  for (const [name, text] of loaded.sources) sources.set(name, text);
  const fixed = flags.fix ? { fixed: repairs } : {};
  const extra = { file, ...fixed, runs: loaded.checked.runs.map((run) => runDocument(run, sources)) };
  if (flags.messageFormat === 'text' && !flags.json)
    process.stdout.write(repairs.map((r) => repairText(file, r)).join(''));
  if (flags.messageFormat !== 'text') return reportDocument(flags.messageFormat, loaded.diagnostics, sources, extra);
  const exit = report(loaded.diagnostics, sources, flags.color);
  sayMendable(file, loaded);
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

type Checked = { readonly loaded: Loaded; readonly repairs: readonly Repair[] };

async function checked(file: string, settings: CheckFlags['set']): Promise<Checked> {
  return { loaded: await loadProgram(nodeHost(), file, settings), repairs: [] };
}

/** Who interrupts finds the old text or the new one. */
async function mended(file: string, settings: CheckFlags['set']): Promise<Checked> {
  const host = nodeHost();
  const repaired = await repairSource(host, { name: file, text: await readText(host, file) }, settings);
  if (repaired.repairs.length > 0) await replaceFile(host, file, repaired.loaded.source.text);
  return repaired;
}

/** `p.bprune:3:7 BP2001 there is no layer \`relue\`: \`relue\` became \`relu\``, one line for each change. */
function repairText(file: string, { code, message, changes }: Repair): string {
  const lines = changes.map(({ line, column, before, after }) => {
    const what =
      before === ''
        ? `\`${after}\` added`
        : after === ''
          ? `\`${before}\` removed`
          : `\`${before}\` became \`${after}\``;
    return `${file}:${line}:${column} ${code} ${message}: ${what}\n`;
  });
  return lines.join('');
}

function sayMendable(file: string, { diagnostics, source }: Loaded): void {
  const count = diagnostics.filter((d) => d.fix?.edits.every((e) => e.span.source === source.name)).length;
  if (count === 0) return;
  const hints = count === 1 ? 'the change of 1 hint' : `the changes of ${count} hints`;
  process.stderr.write(`To make ${hints}: bprune check --fix ${file}\n`);
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

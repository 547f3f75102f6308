/** `bprune verify`: whether an inference is right, on data drawn from its own model. */
import type { ExitCode } from '../../base/codes.ts';
import { DiagnosticError, diagnostic, hasErrors } from '../../base/diagnostic.ts';
import type { RunPlan } from '../../language/check/checked.ts';
import { chooseExecutor } from '../../runtime/backends.ts';
import {
  enoughRows,
  FEWEST,
  fewerOf,
  fewerRows,
  type Host,
  type Loaded,
  loadSource,
  readData,
  readText,
  toJson,
  type Verification,
  verifiable,
  verify,
} from '../../runtime/index.ts';
import { chosenRun } from './command-run.ts';
import { stoppable } from './interrupts.ts';
import { usage } from './options.ts';
import { presentVerification } from './present-verification.ts';
import { duration } from './reporters.ts';
import { type ColorChoice, report } from './session.ts';

export interface VerifyFlags {
  readonly replications: number;
  /** Training rows of each replication; left out: as many as are enough. */
  readonly rows?: number;
  readonly seed: number;
  readonly set: ReadonlyMap<string, string>;
  readonly backend: string;
  readonly out?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly color: ColorChoice;
}

export function verifyCommand(
  file: string,
  run: string | undefined,
  flags: VerifyFlags,
  sources: Map<string, string>,
): Promise<ExitCode> {
  if (flags.replications < FEWEST)
    throw usage(
      `--replications ${flags.replications}: fewer than ${FEWEST} say nothing.`,
      'for instance --replications 100',
    );
  if (flags.rows === 0) throw usage('--rows 0: there is nothing to infer from.', 'for instance --rows 100');
  return stoppable(async (host) => {
    const source = { name: file, text: await readText(host, file) };
    const whole = chosen(await loadSource(host, source, flags.set), run, sources);
    const rows = flags.rows ?? enoughRows(whole);
    const plan = chosen(await loadSource(host, source, flags.set, fewerRows(rows)), run, sources);
    const { steps, model } = verifiable(plan);
    const choice = await chooseExecutor(flags.backend);
    if (!choice.ok) throw new DiagnosticError(choice.diagnostic);
    const { executor } = choice;
    const dataset = fewerOf(await readData(plan.data, host), model.rows, flags.seed);
    const { replications, seed } = flags;
    const progress = flags.quiet ? () => undefined : countTo(replications, process.stderr);
    if (!flags.quiet) process.stderr.write(`backend ${executor.name}, seed ${seed}, ${model.rows} rows\n`);
    const found = await verify({ steps, model, dataset, executor, host, replications, seed, progress });
    await keep({ file, run: plan.name, seed, backend: executor.name, ...found }, flags, host);
    if (!flags.json) process.stdout.write(presentVerification(file, plan.name, found));
    return conclude(found, plan, flags, sources);
  });
}

function chosen(loaded: Loaded, run: string | undefined, sources: Map<string, string>): RunPlan {
  for (const [name, text] of loaded.sources) sources.set(name, text);
  if (hasErrors(loaded.diagnostics)) throw new DiagnosticError(...loaded.diagnostics);
  return chosenRun(loaded, run);
}

async function keep(document: object, { out, json }: VerifyFlags, host: Host): Promise<void> {
  const text = `${toJson(document, 2)}\n`;
  if (out !== undefined) await host.write(host.resolve(out), text);
  if (json) process.stdout.write(text);
}

function conclude(
  found: Verification,
  plan: RunPlan,
  flags: VerifyFlags,
  sources: ReadonlyMap<string, string>,
): ExitCode {
  if (found.interrupted) {
    process.stderr.write(`Interrupted after ${found.done} of ${found.asked} replications.\n`);
    return 130;
  }
  const wrong = found.findings.filter((f) => f.wrong);
  if (wrong.length === 0) return 0;
  const last = plan.steps.findLast((step) => step.kind === 'infer') ?? plan;
  const message = `\`${found.engine}\` is not calibrated on data of its own model: ${wrong.length} ${wrong.length === 1 ? 'finding' : 'findings'}`;
  const hint = 'train longer, with smaller steps, or with a guide that can follow the posterior; then verify again';
  return report([diagnostic('BP6902', last.span, message, { hint })], sources, flags.color);
}

/** One line that is written over on a terminal, else one now and then. */
function countTo(total: number, stream: NodeJS.WriteStream): (done: number) => void {
  const began = performance.now();
  let shownAt = Number.NEGATIVE_INFINITY;
  return (done) => {
    const now = performance.now();
    const seconds = ((now - began) / 1000 / done) * (total - done);
    const text = `replication ${done}/${total}  ${duration(seconds)} left`;
    if (stream.isTTY) stream.write(`\r\x1b[K${done === total ? '' : `  ${text}`}`);
    else if (now - shownAt >= 10_000 || done === total) stream.write(`  ${text}\n`);
    else return;
    shownAt = now;
  };
}

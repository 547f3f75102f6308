/** Opens a run that stopped before its end, and refuses where going on would not give what the whole run would have given. */
import type { Dataset } from '../base/data.ts';
import { DiagnosticError, diagnostic, hasErrors } from '../base/diagnostic.ts';
import type { RunPlan } from '../language/check/checked.ts';
import type { About, Checkpoint } from './checkpoint/checkpoint.ts';
import { CHECKPOINT_FILE, decodeCheckpoint } from './checkpoint/file.ts';
import type { Host } from './host.ts';
import { type Loaded, loadSource } from './load.ts';
import { refuseHeld } from './lock.ts';
import { readData } from './read-data.ts';
import { locateRun } from './record.ts';
import { programFingerprint } from './run.ts';

export interface StoppedRun {
  /** The run directory under its own name. */
  readonly path: string;
  readonly checkpoint: Checkpoint;
  readonly loaded: Loaded;
  readonly plan: RunPlan;
  readonly dataset: Dataset;
}

const AGAIN = 'start the run again with `bprune run`';

function refuse(code: string, message: string, hint = AGAIN): DiagnosticError {
  return new DiagnosticError(diagnostic(code, null, message, { hint }));
}

/** `given` names the run directory, with or without `.partial`. Throws `DiagnosticError` when it cannot go on. */
export async function openStopped(host: Host, given: string, version: string): Promise<StoppedRun> {
  const { path, folder } = await folderOf(host, given);
  await refuseHeld(host, folder, given);
  const checkpoint = await checkpointIn(host, folder, given);
  const { about } = checkpoint;
  const made = about.versions.bprune;
  if (made !== version)
    throw refuse(
      'BP7404',
      `${given} was begun by bprune ${made}; this is ${version}, which may compute other numbers.`,
    );
  return { path, checkpoint, ...(await reopened(host, folder, given, about)) };
}

/** A run that has ended, or stopped, with what it was made of. */
export interface ReopenedRun extends Pick<StoppedRun, 'path' | 'loaded' | 'plan' | 'dataset'> {
  readonly folder: string;
  /** Steps that are done. */
  readonly done: number;
  readonly about: About;
}

/** Opens a run to look at it. Throws `DiagnosticError` where its program or its data are not the same any more. */
export async function openEnded(host: Host, given: string): Promise<ReopenedRun> {
  const found = await locateRun(host, given);
  const file = found === null ? null : host.join(found.folder, 'run.json');
  if (found === null || file === null || !(await host.exists(file)))
    throw refuse(
      'BP7405',
      `There is no run that has ended in ${given}.`,
      found !== null && (await host.exists(host.join(found.folder, CHECKPOINT_FILE)))
        ? `it was killed on the way: \`bprune resume ${given}\` goes on with it`
        : 'give the run directory, such as runs/run',
    );
  const about = JSON.parse(new TextDecoder().decode(await host.read(file))) as About & { readonly steps: unknown[] };
  return { ...found, about, done: about.steps.length, ...(await reopened(host, found.folder, given, about)) };
}

async function reopened(
  host: Host,
  folder: string,
  given: string,
  about: About,
): Promise<Pick<StoppedRun, 'loaded' | 'plan' | 'dataset'>> {
  const text = new TextDecoder().decode(await host.read(host.join(folder, 'model.bprune')));
  const loaded = await loadSource(host, { name: about.program, text }, new Map(Object.entries(about.settings)));
  if ((await programFingerprint(loaded.source, loaded.imported)) !== about.program_sha256)
    throw refuse(
      'BP7404',
      `A file that the program imports has changed since ${given} was begun, or the copy of the program in it.`,
    );
  if (hasErrors(loaded.diagnostics)) throw new DiagnosticError(...loaded.diagnostics);
  const plan = loaded.checked.runs.find((r) => r.name === about.run);
  if (plan === undefined) throw refuse('BP7404', `The program in ${given} has no run \`${about.run}\` any more.`);
  const dataset = await readData(plan.data, host);
  if (dataset.fingerprint !== about.data_sha256)
    throw refuse('BP7404', `The files of \`${about.data}\` have changed since ${given} was begun.`);
  return { loaded, plan, dataset };
}

async function folderOf(host: Host, given: string): Promise<{ readonly path: string; readonly folder: string }> {
  const found = await locateRun(host, given);
  if (found === null) throw refuse('BP7402', `There is no run ${given}.`, 'give the run directory, such as runs/run');
  const kept = host.join(found.folder, 'run.json');
  if (found.folder === found.path && (await host.exists(kept)) && (await statusIn(host, kept)) === 'finished')
    throw refuse('BP7403', `${given} is finished: there is nothing left to do.`, 'its figures are in run.json');
  return found;
}

async function statusIn(host: Host, file: string): Promise<unknown> {
  try {
    return (JSON.parse(new TextDecoder().decode(await host.read(file))) as { readonly status?: unknown }).status;
  } catch {
    return null;
  }
}

async function checkpointIn(host: Host, folder: string, given: string): Promise<Checkpoint> {
  const file = host.join(folder, CHECKPOINT_FILE);
  if (!(await host.exists(file)))
    throw refuse('BP7402', `${given} has no checkpoint: it stopped before there was anything to keep.`);
  return decodeCheckpoint(await host.read(file), file);
}

/** Looks at the posterior that a run has left, and says how far it can be trusted. Nothing in the run's directory changes. */
import { DiagnosticError, diagnostic } from '../../base/diagnostic.ts';
import { rootKey } from '../../base/keys.ts';
import { isBinary } from '../../base/supports.ts';
import type { Executor } from '../../executors/executor.ts';
import type { ScoredPoint } from '../../inference/diagnostics/stein-discrepancy.ts';
import type { PlanInfer } from '../../language/check/checked.ts';
import { buildDensity, type Density } from '../../model/density.ts';
import { trainingOn } from '../feed.ts';
import type { Host } from '../host.ts';
import type { ReopenedRun } from '../resume.ts';
import { chainFindings } from './chain-findings.ts';
import { paretoFinding, steinFinding } from './density-findings.ts';
import { type Finding, finding } from './finding.ts';
import { gradientFinding } from './gradient-findings.ts';
import { openLogJoint } from './log-joint.ts';
import { siteFindings } from './site-findings.ts';
import { drawnValues, readPosterior, type StoredPosterior } from './stored-posterior.ts';

export type { Finding } from './finding.ts';

export interface Diagnosis {
  readonly engine: string;
  /** What the posterior consists of, in words. */
  readonly posterior: string;
  readonly findings: readonly Finding[];
}

/** Draws that are compared with each other; their number enters as a square. */
const MOST_POINTS = 200;

export async function diagnose(run: ReopenedRun, executor: Executor, host: Host): Promise<Diagnosis> {
  const file = host.join(run.folder, 'posterior.safetensors');
  const step = lastInference(run);
  if (step === null || !(await host.exists(file))) throw nothingThere(run.path);
  const posterior = readPosterior(await host.read(file), file);
  const density = buildDensity(step.model);
  const ofDensity = posterior.draws > 0 ? (...args: OfDensity) => ofDraws(...args, step) : ofGuide;
  const noise = posterior.draws > 0 ? null : await gradientFinding(step, posterior, density, run, executor);
  const dataset = trainingOn(step.split, run.dataset);
  const findings = [
    ...(await ofDensity({ ...run, dataset }, posterior, density, executor)),
    ...(noise === null ? [] : [noise]),
    ...siteFindings(posterior, step.model),
  ];
  return { engine: step.engine, posterior: described(posterior), findings };
}

function lastInference({ plan, done }: ReopenedRun): PlanInfer | null {
  const inferences = plan.steps.slice(0, done).filter((step) => step.kind === 'infer');
  return inferences[inferences.length - 1] ?? null;
}

function nothingThere(path: string): DiagnosticError {
  return new DiagnosticError(
    diagnostic('BP7405', null, `${path} has no posterior: it stopped before its first \`infer\` step was done.`, {
      hint: `\`bprune resume ${path}\` goes on with it`,
    }),
  );
}

type OfDensity = readonly [run: ReopenedRun, posterior: StoredPosterior, density: Density, executor: Executor];

async function ofDraws(
  { dataset }: ReopenedRun,
  posterior: StoredPosterior,
  density: Density,
  executor: Executor,
  { options: { sites } }: PlanInfer,
): Promise<Finding[]> {
  const joint = await openLogJoint(density, dataset, executor, true);
  try {
    const logJoints = new Float64Array(posterior.draws);
    const points: ScoredPoint[] = [];
    const stride = Math.ceil(posterior.draws / MOST_POINTS);
    const isMoving = (path: string) => !Array.isArray(sites) || sites.includes(path);
    for (let draw = 0; draw < posterior.draws; draw++) {
      const values = drawnValues(posterior, draw);
      const { logJoint, score } = await joint.at(values);
      logJoints[draw] = logJoint;
      if (draw % stride === 0) points.push(keptPoint(posterior, density, values, score, isMoving));
    }
    const ofChains = posterior.chains === null ? [] : chainFindings(posterior, posterior.chains, logJoints);
    return points.length < 2 ? ofChains : [...ofChains, steinFinding(points, posterior.chains !== null)];
  } finally {
    joint.dispose();
  }
}

/**
 * The elements that are kept, in the order of the density: what was pruned, or held, is no random variable any more, and a `param` never was.
 * Latents of 0 and 1 have no score; Stein's identity holds for the others at draws of all.
 */
function keptPoint(
  { sites }: StoredPosterior,
  density: Density,
  values: ReturnType<typeof drawnValues>,
  score: Float64Array,
  isMoving: (path: string) => boolean,
): ScoredPoint {
  const masks = new Map(sites.map((site) => [site.path, site.mask]));
  const all = density.sites.flatMap(({ path }) => [...values[path]!.data]);
  const kept = density.sites.flatMap(({ path, support, param }) => {
    const mask = masks.get(path) ?? null;
    const scored = isMoving(path) && !isBinary(support) && param === undefined;
    return Array.from(values[path]!.data, (_, i) => scored && (mask === null || mask[i] === 1));
  });
  const only = (numbers: ArrayLike<number>) => Float64Array.from(Array.from(numbers).filter((_, i) => kept[i]));
  return { point: only(all), score: only(score) };
}

async function ofGuide(
  { dataset }: ReopenedRun,
  posterior: StoredPosterior,
  density: Density,
  executor: Executor,
): Promise<Finding[]> {
  const joint = await openLogJoint(density, dataset, executor, false);
  try {
    const found = await paretoFinding(posterior, joint, rootKey(0));
    if (found !== null) return [found];
    const text = 'The posterior has no density and no draws to compare with that of the model.';
    return [finding('not_looked_at', text)];
  } finally {
    joint.dispose();
  }
}

function described({ sites, draws, chains }: StoredPosterior): string {
  if (draws === 0) return `${[...new Set(sites.map((site) => site.family))].join(' and ')} guides`;
  if (chains === null) return `${draws} particles`;
  return `${chains} ${chains === 1 ? 'chain' : 'chains'} of ${draws / chains} draws`;
}

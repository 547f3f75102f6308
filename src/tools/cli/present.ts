/** Results for a person: one block for each step, figures with their standard errors, the conventions below. */
import type { MetricSignature } from '../../base/catalogue.ts';
import type { HostValue } from '../../base/expr.ts';
import { catalogue, type RunResult } from '../../runtime/index.ts';
import { duration } from './reporters.ts';

type Step = RunResult['steps'][number];
type Requirement = RunResult['requirements'][number];

/** The document of `--json`. */
export function resultDocument(result: RunResult): object {
  return {
    run: result.path,
    status: result.status,
    seconds: result.seconds,
    steps: result.steps.map(({ requirement, latents, params, ...step }) => ({
      ...step,
      ...(requirement === null ? {} : { requirement }),
      ...(latents.length === 0 ? {} : { latents }),
      ...(params.length === 0 ? {} : { params }),
    })),
    requirements: result.requirements,
    tables: result.tables,
  };
}

export function presentResult(result: RunResult): string {
  const blocks = result.steps.flatMap((step) => presentStep(step));
  const requirements = result.requirements.map((r) => `${r.held ? 'held  ' : 'FAILED'} require ${requirementText(r)}`);
  const end = `${result.status} in ${duration(result.seconds)}: ${result.path}`;
  const tables = result.tables.filter((table) => table.outermost).flatMap(presentTable);
  return `${[...blocks, ...tables, ...requirements, ...conventions(result.steps), '', end].join('\n')}\n`;
}

/** The condition and what was found: `full.error <= 2%   (full.error = 3.10 %)`. */
export function requirementText({ text, found }: Requirement): string {
  return `${text}   ${foundText(found)}`.trimEnd();
}

/** What the figures mean, where somebody could read them otherwise. */
function conventions(steps: readonly Step[]): string[] {
  const keys = steps.filter((s) => s.step !== 'infer').flatMap((s) => Object.keys(s.metrics));
  const over = new Set(keys.map((key) => catalogue.metrics.get(metricOf(key))?.over));
  const lines = [
    ...(over.has('weights') ? ['Weights are counted without biases; compression = all weights / kept weights.'] : []),
    ...(over.has('data')
      ? ['Figures on data are of the posterior-predictive average, +- one standard error over the rows.']
      : []),
  ];
  return lines.length === 0 ? [] : ['', ...lines];
}

/** `error` of `error(validation)`. */
function metricOf(key: string): string {
  return key.replace(/\(.*/, '');
}

/** `path` and a line for each job: what was swept, and the figures. */
function presentTable({ name, loop, variables, metrics, rows }: RunResult['tables'][number]): string[] {
  const head = ['', ...variables, ...metrics];
  const lines = rows.map((row, i) => [
    String(i + 1),
    ...variables.map((v) => row.values[v] ?? ''),
    ...metrics.map((key) => {
      const value = row.metrics?.[key];
      return value === undefined ? '' : figure(row, key, value);
    }),
  ]);
  return [name ?? loop, ...aligned([head, ...lines]), ''];
}

/** Cells of a row beside each other, in columns. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, at) => Math.max(...rows.map((cells) => cells[at]!.length)));
  return rows.map((cells) => `  ${cells.map((cell, at) => cell.padEnd(widths[at]!)).join('  ')}`.trimEnd());
}

/** More are told where they can be found. */
const MOST_LATENTS = 20;

function latentLines({ latents }: Step): string[] {
  if (latents.length === 0) return [];
  const rows = latents.slice(0, MOST_LATENTS).map(({ name, mean, sd, low, high }) => {
    return [name, ...[mean, sd, low, high].map((value) => number(value, undefined))];
  });
  const more = latents.length - MOST_LATENTS;
  const rest = more > 0 ? [`  and ${more} more latents, with these in run.json`] : [];
  return ['', ...aligned([['latent', 'mean', 'sd', '5 %', '95 %'], ...rows]), ...rest];
}

function paramLines({ params }: Step): string[] {
  if (params.length === 0) return [];
  const shown = (value: number) => number(value, undefined);
  const rows = params.slice(0, MOST_LATENTS).map(({ name, count, mean, least, greatest }) => {
    return count === 1 ? [name, shown(mean), '', ''] : [name, shown(mean), shown(least), shown(greatest)];
  });
  const more = params.length - MOST_LATENTS;
  const rest = more > 0 ? [`  and ${more} more, with these in run.json`] : [];
  const head = params.some(({ count }) => count > 1)
    ? ['param', 'mean', 'least', 'greatest']
    : ['param', 'value', '', ''];
  return ['', ...aligned([head, ...rows]), ...rest];
}

function presentStep(step: Step): string[] {
  if (step.step === 'require') return [];
  const metrics = Object.entries(step.metrics);
  const width = Math.max(0, ...metrics.map(([key]) => key.length));
  const figures = metrics.map(([key, value]) => `  ${key.padEnd(width)}  ${figure(step, key, value)}`);
  const written = textsOf(step.details.files).map((file) => `  wrote ${file}`);
  const notes = textsOf(step.details.notes).map((note) => `  note: ${note}`);
  return [step.text, ...figures, ...latentLines(step), ...paramLines(step), ...written, ...notes, ''];
}

function textsOf(value: HostValue | undefined): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function figure(step: Pick<Step, 'se'>, key: string, value: number): string {
  const metric = catalogue.metrics.get(metricOf(key));
  const se = step.se[key];
  const spread = se === undefined ? '' : ` +- ${number(se, metric)}`;
  return `${number(value, metric)}${spread}`;
}

function number(value: number, metric: MetricSignature | undefined): string {
  if (!Number.isFinite(value)) return String(value);
  if (metric?.format === 'percent') return `${(100 * value).toFixed(2)} %`;
  if (metric?.format === 'factor') return `${value.toFixed(1)} x`;
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(5)));
}

function foundText(found: Readonly<Record<string, HostValue>>): string {
  const shown = Object.entries(found).map(([key, value]) => {
    const metric = catalogue.metrics.get(metricOf(key.split('.')[1] ?? ''));
    return `${key} = ${typeof value === 'number' ? number(value, metric) : String(value)}`;
  });
  return shown.length === 0 ? '' : `(${shown.join(', ')})`;
}

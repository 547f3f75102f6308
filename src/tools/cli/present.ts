/** Results for a person: one block for each step, figures with their standard errors, the conventions below. */
import type { MetricSignature } from '../../base/catalogue.ts';
import type { HostValue } from '../../base/expr.ts';
import { catalogue, type RunResult } from '../../runtime/index.ts';
import { duration } from './reporters.ts';

type Step = RunResult['steps'][number];

/** The document of `--json`. */
export function resultDocument(result: RunResult): object {
  return {
    run: result.path,
    status: result.status,
    seconds: result.seconds,
    steps: result.steps.map(({ requirement, ...step }) => (requirement === null ? step : { ...step, requirement })),
    requirements: result.requirements,
  };
}

export function presentResult(result: RunResult): string {
  const blocks = result.steps.flatMap((step) => presentStep(step));
  const requirements = result.requirements.map(
    (r) => `${r.held ? 'held  ' : 'FAILED'} require ${r.text}   ${foundText(r.found)}`,
  );
  const evaluated = result.steps.some((s) => s.step === 'evaluate');
  const conventions = evaluated
    ? [
        '',
        'kept and compression count weights (biases apart); compression = all weights / kept weights;',
        'error, nll, brier, ece are of the posterior-predictive average, +- one standard error.',
      ]
    : [];
  const end = `${result.status} in ${duration(result.seconds)}: ${result.path}`;
  return `${[...blocks, ...requirements, ...conventions, '', end].join('\n')}\n`;
}

function presentStep(step: Step): string[] {
  if (step.step === 'require') return [];
  const head =
    step.name === null ? step.text : `${step.name} = ${step.text.replace(new RegExp(`^${step.name}\\s*=\\s*`), '')}`;
  const metrics = Object.entries(step.metrics);
  const width = Math.max(0, ...metrics.map(([key]) => key.length));
  const figures = metrics.map(([key, value]) => `  ${key.padEnd(width)}  ${figure(step, key, value)}`);
  return [head, ...figures, ...files(step), ''];
}

function files(step: Step): string[] {
  const list = step.details.files;
  return Array.isArray(list) ? list.map((file) => `  wrote ${String(file)}`) : [];
}

function figure(step: Step, key: string, value: number): string {
  const metric = catalogue.metrics.get(key.replace(/\(.*/, ''));
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
    const metric = catalogue.metrics.get(key.split('.')[1]?.replace(/\(.*/, '') ?? '');
    return `${key} = ${typeof value === 'number' ? number(value, metric) : String(value)}`;
  });
  return shown.length === 0 ? '' : `(${shown.join(', ')})`;
}

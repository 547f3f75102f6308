/** Figures of a step, one a line, with standard errors where they have one. */
import type { HostValue } from '../../base/expr.ts';
import { formatNumber } from '../../language/index.ts';
import { catalogue } from '../../runtime/index.ts';
import { table } from '../explain/table.ts';

export interface Figures {
  readonly metrics: Readonly<Record<string, number>>;
  readonly se: Readonly<Record<string, number>>;
}

export function figureTable({ metrics, se }: Figures): string {
  return table(
    Object.entries(metrics).map(([key, value]) => {
      const spread = se[key] === undefined ? '' : ` +- ${figure(key, se[key])}`;
      return [key, `${figure(key, value)}${spread}`];
    }),
  );
}

function figure(key: string, value: number): string {
  const format = catalogue.metrics.get(key.replace(/\(.*/, ''))?.format;
  if (!Number.isFinite(value)) return String(value);
  if (format === 'percent') return `${(100 * value).toFixed(2)} %`;
  if (format === 'factor') return `${value.toFixed(1)} x`;
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(5)));
}

/** A value as it would be written in a program. */
export function valueText(value: HostValue): string {
  if (typeof value === 'number') return formatNumber(value);
  if (typeof value === 'object') return `[${value.map(valueText).join(', ')}]`;
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

/** Columns that stand in a likelihood beside the network: a known scale of each row, `y ~ Normal(net(x), sigma)`, or an offset. */
import type { DataRequest, SeenColumn } from '../../base/data.ts';
import { type Expr, partsOf } from '../../base/expr.ts';
import type { CheckedDistribution, CheckedNetwork } from './checked.ts';
import type { Origin } from './closing.ts';
import { formatColumnType } from './column-types.ts';
import type { Context } from './context.ts';
import { type Range, REAL } from './ranges.ts';
import { type Typed, typed } from './types.ts';

type Name = Extract<Expr, { kind: 'name' }>;

/** A column as a number of each row; unknown after a report. `observed`: the one that may not stand here, if there is one. */
export function columnValue(ctx: Context, expr: Name, column: SeenColumn, observed: SeenColumn | null): Typed {
  const { name, type } = column;
  if (column === observed) {
    ctx.report.say('BP4010', expr.span, `\`${name}\` is observed and cannot stand in its own distribution`, {
      hint: 'put a network, a latent, a number or another column here',
    });
    return typed('unknown');
  }
  if (type.kind === 'real') return typed('number', 'run', type.shape);
  const message = `column \`${name}\`, ${formatColumnType(type)}, cannot stand here by itself`;
  ctx.report.say('BP2005', expr.span, message, {
    labels: [{ span: column.span, message: 'declared here' }],
    hint: type.kind === 'class' ? 'declare it as `real`' : `a network is applied to it: \`net(${name})\``,
  });
  return typed('unknown');
}

/** Nothing is known of what a file holds, but standardised numbers lie on both sides of 0. */
export function columnRange(data: DataRequest, name: string): Range | null {
  return isStandardised(data, name) ? REAL : null;
}

export function columnOrigin(data: DataRequest, name: string): Origin | null {
  const column = data.seen.find((c) => c.name === name);
  if (column === undefined || !isStandardised(data, name)) return null;
  const positive = 'a column of positive numbers without `standardise`';
  return { span: column.span, message: 'standardised numbers lie on both sides of 0', positive };
}

function isStandardised(data: DataRequest, name: string): boolean {
  return data.columns.find((c) => c.name === name)?.options.standardise === true;
}

/** A linear layer at the end gives numbers of both signs. */
export function outputRange({ layers, output }: CheckedNetwork): Range | null {
  const last = layers.find((l) => l.path === output);
  return last?.parameters.some((p) => p.counts === 'weight' && !p.byName) === true ? REAL : null;
}

/** The columns that a checked distribution mentions outside of the network's brackets, in the order of the data. */
export function columnsIn(
  distribution: CheckedDistribution,
  data: DataRequest,
  network: string,
): readonly SeenColumn[] {
  const within = (d: CheckedDistribution): readonly Expr[] => [
    ...d.args.flatMap((a) => (a.value === null ? [a.expr] : [])),
    ...d.components.flatMap((c) => within(c.distribution)),
  ];
  return columnsOf(within(distribution), data, network);
}

/** The same of expressions. */
export function columnsOf(exprs: readonly Expr[], data: DataRequest, network: string): readonly SeenColumn[] {
  const names = new Set<string>();
  const look = (expr: Expr): void => {
    if (expr.kind === 'call' && expr.callee.kind === 'name' && expr.callee.name === network) return;
    if (expr.kind === 'name') names.add(expr.name);
    partsOf(expr).forEach(look);
  };
  exprs.forEach(look);
  return data.seen.filter((c) => names.has(c.name));
}

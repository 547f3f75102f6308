/** `param tau[fc1.unit] = 1 in (0, inf)`: numbers of a model that are not random, their range and where they start. */
import type { Support } from '../../base/catalogue.ts';
import type { Expr } from '../../base/expr.ts';
import { evaluateConstant } from '../evaluate/constant.ts';
import type { Interval, ParamLine } from '../syntax/ast.ts';
import type { CheckedParam } from './checked.ts';
import type { Scope } from './closing.ts';
import type { Context } from './context.ts';
import { formatNumber } from './format.ts';
import type { Piece } from './placement.ts';
import type { Range } from './ranges.ts';
import { REAL } from './ranges.ts';
import { drawnStart, isDrawn } from './start-draws.ts';
import { numberIn } from './values.ts';

type Ends = Omit<CheckedParam, 'of' | 'start'>;

const ALL: Ends = { ...REAL, lowClosed: false, highClosed: false };

/** What one site of a `param` is, but for its place. Null after a report. */
export function checkParam(
  ctx: Context,
  of: CheckedParam['of'],
  line: ParamLine,
  scope: Scope,
  piece: Piece,
): CheckedParam | null {
  const name = `\`${line.name.name}\``;
  const start = isDrawn(ctx, line.value)
    ? drawnStart(ctx, line.value, scope, piece)
    : numberIn(ctx, line.value, scope, `the start value of ${name}`);
  const ends = line.range === null ? ALL : endsOf(ctx, line.range, scope, name);
  if (start === null || ends === null) return null;
  const outside = (typeof start === 'number' ? [start] : [start.low, start.high]).find((value) => !holds(ends, value));
  if (outside === undefined) return { of, ...ends, start };
  const shown = formatRange(ends);
  const openEnd = (outside === ends.low && !ends.lowClosed) || (outside === ends.high && !ends.highClosed);
  const starts = typeof start === 'number' ? 'starts at' : 'may start at';
  ctx.report.say(
    'BP4031',
    line.value.span,
    `${name} ${starts} ${formatNumber(outside)}, which is not in \`${shown}\``,
    {
      labels: [{ span: line.range!.span, message: 'its range' }],
      hint: openEnd
        ? `start within the range: an end with \`(\` or \`)\` does not belong to it, one with \`[\` or \`]\` does`
        : 'start within the range, or widen it',
    },
  );
  return null;
}

function endsOf(ctx: Context, range: Interval, scope: Scope, name: string): Ends | null {
  const [low, high] = [range.low, range.high].map((end) => {
    const infinite = infinityOf(end);
    return infinite ?? numberIn(ctx, end, scope, `an end of the range of ${name}`);
  });
  if (low == null || high == null) return null;
  const closed = { lowClosed: range.lowClosed && low > REAL.low, highClosed: range.highClosed && high < REAL.high };
  const ends = { low, high, ...closed };
  if (low < high) return ends;
  ctx.report.say('BP4031', range.span, `there is nothing to choose from in \`${formatRange(ends)}\``, {
    hint: 'write the lower end first, and a higher one behind it',
  });
  return null;
}

/** `inf` and `-inf`, which are numbers only here. */
function infinityOf(end: Expr): number | null {
  if (end.kind === 'name' && end.name === 'inf') return REAL.high;
  if (end.kind !== 'unary' || end.op !== '-') return null;
  const inner = infinityOf(end.operand);
  return inner === null ? null : -inner;
}

function holds({ low, high, lowClosed, highClosed }: Ends, value: number): boolean {
  return (lowClosed ? value >= low : value > low) && (highClosed ? value <= high : value < high);
}

/** `[0, inf)`. */
export function formatRange({ low, high, lowClosed, highClosed }: Ends): string {
  const [from, to] = [low, high].map((end) => (Number.isFinite(end) ? formatNumber(end) : end < 0 ? '-inf' : 'inf'));
  return `${lowClosed ? '[' : '('}${from}, ${to}${highClosed ? ']' : ')'}`;
}

/** Between which numbers it stays; null where that is not known before the model is put together. */
export function rangeOfParam({ range }: ParamLine): Range | null {
  if (range === null) return REAL;
  const [low, high] = [range.low, range.high].map((end) => {
    const value = infinityOf(end) === null ? evaluateConstant(end) : null;
    if (value === null) return infinityOf(end);
    return value.ok && typeof value.value === 'number' ? value.value : null;
  });
  if (low == null || high == null) return null;
  return range.lowClosed ? { low, high, restsAtLow: true } : { low, high };
}

/** Which of the supports of distributions the range is. */
export function supportOfRange({ low, high, lowClosed }: Ends): Support {
  if (low === REAL.low && high === REAL.high) return 'real';
  if (low === 0 && high === REAL.high) return lowClosed ? 'nonnegative' : 'positive';
  return low === 0 && high === 1 ? 'unit' : 'interval';
}

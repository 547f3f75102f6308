/** Questions about a program that is still being written: what is this expression, which sites does this selector reach. */
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Expr, HostValue } from '../../base/expr.ts';
import { formatShape } from '../../base/host-array.ts';
import type { Source, Span } from '../../base/span.ts';
import { evaluateConstant, holdsError } from '../evaluate/constant.ts';
import type { Program } from '../syntax/ast.ts';
import { parse } from '../syntax/parse.ts';
import type { CheckedNetwork } from './checked.ts';
import { close, type Scope } from './closing.ts';
import { type CheckInputs, Context } from './context.ts';
import { KNOWN_WHILE_TRAINING } from './declarations.ts';
import { formatExpr } from './format.ts';
import { selectSites } from './selectors.ts';
import { nounOf, type Typed, typed, typeOf } from './types.ts';

export interface Inspected {
  /** `a number`, `a list of 3`, `a number, known while training`; null when something is wrong. */
  readonly type: string | null;
  /** Known before the run; null for what is not, and for distributions. */
  readonly value: HostValue | null;
  /** With constants and definitions put in. */
  readonly closed: string;
  readonly diagnostics: readonly Diagnostic[];
}

/** `epoch` and `step` may stand in what is only looked at. */
const openScope: Scope = {
  resolve: (expr) => (expr.kind === 'name' && KNOWN_WHILE_TRAINING.includes(expr.name) ? expr : null),
  typeOf: (expr) => (expr.kind === 'name' ? typed('number', 'schedule') : null),
  names: [],
};

/** Type and value of `expr` among the constants and definitions of `program`; mistakes of the program itself are not repeated. */
export function inspectExpression(program: Program, inputs: CheckInputs, expr: Expr): Inspected {
  const ctx = new Context(program, inputs);
  const closed = close(ctx, expr, openScope);
  const found = holdsError(closed) ? typed('unknown') : typeOf(ctx, closed, openScope);
  const known = found.type !== 'unknown' && found.type !== 'distribution' && found.stage === 'constant';
  const result = known ? evaluateConstant(closed) : null;
  if (result?.ok === false && result.diagnostic !== null) ctx.report.add(result.diagnostic);
  const diagnostics = ctx.report.diagnostics.filter((d) => d.span?.source === expr.span.source);
  const bad = found.type === 'unknown' || result?.ok === false;
  return {
    type: bad ? null : describe(found),
    value: result?.ok === true ? result.value : null,
    closed: formatExpr(closed),
    diagnostics,
  };
}

function describe({ type, stage, shape }: Typed): string {
  const size = type === 'list' && shape.length > 0 ? ` ${formatShape(shape)}` : '';
  return `${nounOf(type)}${size}${stage === 'constant' ? '' : ', known while training'}`;
}

/** Paths of the sites of `network` that the selectors in `source` reach, as in a model: `fc*.weight, fc3 except fc1`. */
export function inspectSelectors(
  source: Source,
  inputs: CheckInputs,
  network: CheckedNetwork,
): { readonly paths: readonly string[]; readonly diagnostics: readonly Diagnostic[] } {
  const head = 'model m { ';
  const wrapped = parse({ name: source.name, text: `${head}${source.text} ~ Flat() }` });
  const [model] = wrapped.program.declarations;
  const line = model?.kind === 'model' ? model.lines[0] : undefined;
  const ctx = new Context(wrapped.program, inputs);
  const sites = line?.kind === 'site' ? selectSites(ctx, line.target, network) : [];
  const moved = (place: Span): Span => {
    if (place.source !== source.name) return place;
    const inside = (offset: number) => Math.max(0, Math.min(offset - head.length, source.text.length));
    return { ...place, start: inside(place.start), end: inside(place.end) };
  };
  const diagnostics = [...wrapped.diagnostics, ...ctx.report.diagnostics].map((d) => ({
    ...d,
    span: d.span === null ? null : moved(d.span),
    labels: d.labels.map((label) => ({ ...label, span: moved(label.span) })),
    fix: null,
  }));
  return { paths: sites.map((s) => s.path), diagnostics };
}

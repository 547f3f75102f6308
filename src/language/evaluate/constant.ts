/** Expressions whose value is known before the run, or beside it (figures of evaluate steps). */
import { type Diagnostic, diagnostic } from '../../base/diagnostic.ts';
import { type Expr, type HostValue, partsOf } from '../../base/expr.ts';
import { formatExpr } from '../check/format.ts';
import { NoHostValue, nodeOf } from './nodes.ts';

export type Evaluated =
  | { readonly ok: true; readonly value: HostValue }
  /** The diagnostic is null where the mistake was already reported (an error node). */
  | { readonly ok: false; readonly diagnostic: Diagnostic | null };

const NO_NAMES: ReadonlyMap<string, HostValue> = new Map();

/**
 * The value of `expr`. Names, and figures by their key (`final.error`), are looked up in `scope`.
 * A result that is not finite is an error with the place of the part that first stopped being finite.
 */
export function evaluateConstant(expr: Expr, scope: ReadonlyMap<string, HostValue> = NO_NAMES): Evaluated {
  if (holdsError(expr)) return { ok: false, diagnostic: null };
  const value = computed(expr, scope);
  if (value instanceof Error) return { ok: false, diagnostic: failure(expr, value) };
  if (allFinite(value)) return { ok: true, value };
  return { ok: false, diagnostic: notFinite(expr, scope) };
}

function computed(expr: Expr, scope: ReadonlyMap<string, HostValue>): HostValue | Error {
  // Most constants are plain numbers, which need no mathjs.
  if (expr.kind === 'number' || expr.kind === 'string' || expr.kind === 'boolean') return expr.value;
  try {
    return nodeOf(expr).evaluate(new Map(scope)) as HostValue;
  } catch (error) {
    // mathjs throws whatever a wrong type or an unknown name makes it throw.
    return error instanceof Error ? error : new Error(String(error));
  }
}

function allFinite(value: HostValue): boolean {
  if (Array.isArray(value)) return value.every(allFinite);
  return typeof value !== 'number' || Number.isFinite(value);
}

function failure(expr: Expr, error: Error): Diagnostic {
  const place = error instanceof NoHostValue ? error.expr : expr;
  return diagnostic('BP2009', place.span, `\`${formatExpr(place)}\` cannot be computed: ${error.message}`, {
    hint: 'put numbers where numbers belong, and names that are known here',
  });
}

function notFinite(expr: Expr, scope: ReadonlyMap<string, HostValue>): Diagnostic {
  const culprit = firstNotFinite(expr, scope);
  const value = computed(culprit, scope);
  const shown = typeof value === 'number' ? describe(value) : 'not finite';
  return diagnostic('BP2009', culprit.span, `\`${formatExpr(culprit)}\` is ${shown}`, {
    labels: culprit === expr ? [] : [{ span: expr.span, message: 'needed for this value' }],
    hint: 'change the numbers so that the result is a finite number',
  });
}

function describe(value: number): string {
  if (Number.isNaN(value)) return 'not a number';
  return value > 0 ? 'infinite' : 'minus infinity';
}

/** The innermost part that is not finite although all its own parts are. */
function firstNotFinite(expr: Expr, scope: ReadonlyMap<string, HostValue>): Expr {
  for (const part of partsOf(expr)) {
    const value = computed(part, scope);
    if (!(value instanceof Error) && !allFinite(value)) return firstNotFinite(part, scope);
  }
  return expr;
}

export function holdsError(expr: Expr): boolean {
  return expr.kind === 'error' || partsOf(expr).some(holdsError);
}

/**
 * Densities of the program's own, `density Hyperbolic(x | s) { log = ..., support = real }`: the terms of the body, the ranges of the
 * parameters, the draw, and by quadrature the integral.
 */
import type { DistributionSignature, Support } from '../../base/catalogue.ts';
import type { Expr } from '../../base/expr.ts';
import { evaluateConstant, holdsError } from '../evaluate/constant.ts';
import { compileNumber } from '../evaluate/function.ts';
import type { DensityDeclaration, Term } from '../syntax/ast.ts';
import type { CheckedDensity } from './checked.ts';
import { close, constantScope, type Scope } from './closing.ts';
import type { Context } from './context.ts';
import { headOf } from './declarations.ts';
import { drawFollows } from './density-draw.ts';
import { firstHole, guessRanges, type Parameter, RANGES, type Range, type Ranged, trialsOf } from './density-ranges.ts';
import { formatExpr } from './format.ts';
import {
  type Body,
  type Found,
  type Integrals,
  integralsOf,
  judged,
  sayIntegral,
  shownValues,
  type Values,
} from './normalisation.ts';
import { listed, suggestedAt } from './report.ts';
import { nounOf, typed, typeOf } from './types.ts';

/** Terms of a body beside those that give a parameter its range. */
const TERMS = ['log', 'support', 'draw'];
/** Random numbers that a draw is made of. */
const NOISES = ['normal', 'uniform'];
const SUPPORTS: readonly Support[] = ['real', 'positive', 'nonnegative', 'unit'];

export function checkDensities(ctx: Context): void {
  for (const declaration of ctx.declarations.densities.values()) {
    if (!ctx.live.has(declaration)) continue;
    ctx.densities.set(declaration.name.name, new DensityCheck(ctx, declaration).run());
  }
}

class DensityCheck {
  private readonly ctx: Context;
  private readonly declaration: DensityDeclaration;
  private readonly name: string;
  private readonly parameters: readonly string[];

  constructor(ctx: Context, declaration: DensityDeclaration) {
    this.ctx = ctx;
    this.declaration = declaration;
    this.name = declaration.name.name;
    this.parameters = declaration.parameters.map((p) => p.name.name);
  }

  /** Null after a report. */
  run(): CheckedDensity | null {
    const before = this.ctx.report.errors;
    const terms = this.terms();
    const log = terms?.get('log');
    if (terms === null || log === undefined) return null;
    const variable = this.declaration.variable.name;
    const closed = this.numberTerm(log, [variable, ...this.parameters]);
    const drawn = terms.get('draw');
    const draw = drawn === undefined ? null : this.numberTerm(drawn, [...NOISES, ...this.parameters]);
    const support = this.support(terms.get('support'));
    const parameters = this.checkedParameters(terms);
    if (closed === null || support === null || this.ctx.report.errors > before) return null;
    const body: Body = { variable, log: closed, ...support };
    const integrals = integralsOf(body);
    const ranges = this.rangesOf(body, integrals, parameters, log);
    if (ranges === null) return null;
    const found = trialsOf(ranges).map((values) => ({ values, integral: integrals(values) }));
    return this.integrated(body, found, log, draw, ranges);
  }

  private integrated(
    body: Body,
    found: readonly Found[],
    log: Term,
    draw: Expr | null,
    ranges: readonly Ranged[],
  ): CheckedDensity | null {
    const integral = judged(found);
    sayIntegral(this.ctx, this.name, log.value, found);
    const follows = (values: Values) => draw === null || drawFollows(this.ctx, this.name, body, draw, values);
    if (integral.kind === 'one' && !found.every(({ values }) => follows(values))) return null;
    const logAt = compileNumber(body.log);
    const pole = found.some(({ values }) => logAt({ ...values, [body.variable]: 0 }) === Number.POSITIVE_INFINITY);
    const signature = this.signature(ranges, body.support, integral.kind !== 'infinite', pole);
    return { ...body, signature, draw, integral, span: this.declaration.name.span };
  }

  private say(place: Expr['span'], message: string, hint: string | null): void {
    this.ctx.report.say('BP4020', place, message, { hint });
  }

  /** By name; null where one could not be read, or after a report. */
  private terms(): ReadonlyMap<string, Term> | null {
    const allowed = [...TERMS, ...this.parameters];
    const terms = new Map<string, Term>();
    let whole = true;
    for (const term of this.declaration.terms) {
      if (term.kind === 'error') {
        whole = false;
        continue;
      }
      const { name, span } = term.name;
      const earlier = terms.get(name);
      if (earlier !== undefined) {
        this.ctx.report.say('BP2002', span, `\`${name}\` stands twice in density \`${this.name}\``, {
          labels: [{ span: earlier.name.span, message: 'first here' }],
          hint: 'leave one of the two out',
        });
        whole = false;
      } else if (!allowed.includes(name)) {
        this.ctx.report.say(
          'BP4020',
          span,
          `a density has no term \`${name}\``,
          suggestedAt(span, name, allowed, 'its terms are'),
        );
        whole = false;
      } else {
        terms.set(name, term);
      }
    }
    if (whole && !terms.has('log')) {
      this.say(
        headOf(this.declaration),
        `density \`${this.name}\` has no \`log\``,
        'write `log = ...`, the natural logarithm of the density',
      );
      whole = false;
    }
    return whole ? terms : null;
  }

  /** A single number made of `free` names; null after a report. */
  private numberTerm(term: Term, free: readonly string[]): Expr | null {
    const isFree = (expr: Expr) => expr.kind === 'name' && free.includes(expr.name);
    const scope: Scope = {
      resolve: (expr) => (isFree(expr) ? expr : null),
      typeOf: (expr) => (isFree(expr) ? typed('number', 'run') : null),
      names: free,
    };
    const closed = close(this.ctx, term.value, scope);
    if (holdsError(closed)) return null;
    const { type, shape } = typeOf(this.ctx, closed, scope);
    if (type === 'unknown') return null;
    if (type === 'number' && shape.length === 0) return closed;
    const what = `\`${term.name.name}\` of density \`${this.name}\``;
    this.ctx.report.say(
      'BP2008',
      term.value.span,
      `${what} is a number, but \`${formatExpr(term.value)}\` is ${nounOf(type)}`,
      {
        hint: 'write an expression that is a single number',
      },
    );
    return null;
  }

  /** A word, or the two ends of an interval, which parameters may set. All real numbers where nothing is said. */
  private support(term: Term | undefined): Pick<Body, 'support' | 'ends'> | null {
    if (term === undefined) return { support: 'real', ends: null };
    const { value } = term;
    if (value.kind === 'name' && SUPPORTS.some((s) => s === value.name)) {
      return { support: value.name as Support, ends: null };
    }
    if (value.kind === 'list' && value.items.length === 2) {
      const [low, high] = value.items.map((item) => this.numberTerm({ ...term, value: item }, this.parameters));
      return low == null || high == null ? null : { support: 'interval', ends: { low, high } };
    }
    if (value.kind === 'error') return null;
    const words = `the supports are ${listed(SUPPORTS)}, and intervals by their two ends: \`[0, s]\``;
    this.say(value.span, `\`${formatExpr(value)}\` is no support`, words);
    return null;
  }

  private checkedParameters(terms: ReadonlyMap<string, Term>): readonly Parameter[] {
    return this.declaration.parameters.map(({ name: { name, span }, default: standard }) => {
      if (name === this.declaration.variable.name || TERMS.includes(name)) {
        this.say(span, `\`${name}\` cannot be a parameter of density \`${this.name}\` too`, 'give it another name');
      }
      const range = this.range(terms.get(name));
      const closed = standard === null ? null : close(this.ctx, standard, constantScope);
      const value = closed === null || holdsError(closed) ? null : evaluateConstant(closed);
      if (value?.ok === true && typeof value.value === 'number') return { name, range, default: value.value };
      if (value !== null) this.say(standard!.span, `the default of \`${name}\` is no number`, 'put a number here');
      return { name, range, default: null };
    });
  }

  private range(term: Term | undefined): Range | null {
    if (term === undefined) return null;
    const { value } = term;
    const found = RANGES.find((word) => value.kind === 'name' && word === value.name);
    if (found !== undefined || value.kind === 'error') return found ?? null;
    this.say(value.span, `\`${formatExpr(value)}\` is no range of a parameter`, `the ranges are ${listed(RANGES)}`);
    return null;
  }

  /** The range of each parameter; null after a report that the logarithm is not a number within them. */
  private rangesOf(
    body: Body,
    integrals: Integrals,
    parameters: readonly Parameter[],
    log: Term,
  ): readonly Ranged[] | null {
    const ranged = guessRanges(integrals, parameters);
    const hole = firstHole(integrals, ranged);
    if (hole === null) return ranged;
    const { values, at } = hole;
    if (Number.isNaN(at)) {
      const message = `the ends of the support of \`${this.name}\` are not in their order${shownValues(values)}`;
      this.say(log.value.span, message, 'give the parameters that set them defaults between which there is something');
    } else {
      const where = shownValues({ ...values, [body.variable]: Number(at.toPrecision(3)) });
      this.say(
        log.value.span,
        `\`log\` of density \`${this.name}\` is not a number${where}`,
        'say where it is: a range such as `s = positive`, or another `support`',
      );
    }
    return null;
  }

  private signature(
    ranges: readonly Ranged[],
    support: Support,
    proper: boolean,
    unbounded: boolean,
  ): DistributionSignature {
    return {
      name: this.name,
      doc: this.declaration.doc ?? 'a density of the program',
      params: ranges.map(({ name, range, default: standard }) => ({
        ...{ name, constraint: range, default: standard, learned: false },
        doc: 'a parameter of the program',
      })),
      ...{ alternatives: [], increasing: null, components: false, support, event: 'element', roles: ['prior'] },
      ...{ predicts: null, needs: null, proximal: false, drawn: this.declaration.terms.some(isDraw), proper },
      ...(unbounded ? { unbounded } : {}),
    };
  }
}

function isDraw(term: DensityDeclaration['terms'][number]): boolean {
  return term.kind !== 'error' && term.name.name === 'draw';
}

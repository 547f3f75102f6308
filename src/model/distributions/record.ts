/** How records of distributions are written: what most of them have in common, and the words for their parameters. */
import type { Alternative, DistributionParam } from '../../base/catalogue.ts';
import type { Expr } from '../../base/expr.ts';
import { type SamplerName, samplers } from '../../base/samplers/index.ts';
import type { Sampler } from '../../base/samplers/sampler.ts';
import type { GraphBuilder, Operand, Ref } from '../../graph/builder.ts';
import {
  argument,
  type Distribution,
  type Draw,
  type LikelihoodRole,
  type Moments,
  type Term,
} from '../distribution.ts';

type Given = Pick<Distribution, 'name' | 'doc' | 'params' | 'support' | 'roles'>;

const USUAL = {
  ...{ alternatives: [], increasing: null, components: false, predicts: null, needs: null, proper: true },
  ...{ event: 'element', logDensity: null, draw: null, moments: null, bijector: null },
  ...{ prox: null, proximal: false, drawn: false, expansion: null, gated: null, likelihood: null },
} as const satisfies Omit<Distribution, keyof Given>;

/** A record, with the usual for what it does not say: a proper density of single numbers that is none but a prior. */
export function distribution(given: Given & Partial<Distribution>): Distribution {
  return {
    ...USUAL,
    ...given,
    proximal: (given.prox ?? null) !== null,
    drawn: (given.draw ?? null) !== null,
  };
}

/** A parameter; `learned`: as a guide it is fitted, and a constant is its start. */
export function param(
  name: string,
  constraint: DistributionParam['constraint'],
  standard: number | null,
  doc: string,
): DistributionParam {
  return { name, constraint, default: standard, learned: false, doc };
}

export function learned(spec: DistributionParam): DistributionParam {
  return { ...spec, learned: true };
}

/** The draw of `base/samplers`, which data that are simulated use too. */
export function drawOf(name: SamplerName): Draw {
  const sampler: Sampler = samplers[name];
  return {
    reparameterised: sampler.reparameterised,
    emit: (b, term, shape, noise) =>
      sampler.draw<Ref, Ref>(
        b,
        sampler.arguments.map((a) => argument(term, a)),
        sampler.noise.map((kind) => noise(kind, shape)),
      ),
  };
}

/** `1 / x`, `log x`, ... as expressions, for alternatives. */
const one = (span: Expr['span']): Expr => ({ kind: 'number', value: 1, unit: null, percent: false, span });
const call = (name: string, x: Expr): Expr => ({
  kind: 'call',
  callee: { kind: 'name', name, span: x.span },
  args: [{ name: null, weight: null, value: x, span: x.span }],
  span: x.span,
});

export const reciprocal = (x: Expr): Expr => ({ kind: 'binary', op: '/', left: one(x.span), right: x, span: x.span });
export const logarithm = (x: Expr): Expr => call('log', x);
export const squareRoot = (x: Expr): Expr => call('sqrt', x);
/** log(p / (1 - p)). */
export const logOdds = (p: Expr): Expr => {
  const negative: Expr = { kind: 'unary', op: '-', operand: p, span: p.span };
  return { kind: 'binary', op: '-', left: logarithm(p), right: call('log1p', negative), span: p.span };
};

/** `replaces` may be given as `name` instead. */
export function alternative(
  name: string,
  replaces: string,
  constraint: Alternative['constraint'],
  convert: Alternative['convert'],
  doc: string,
  byPosition = false,
): Alternative {
  return { name, replaces, constraint, byPosition, doc, convert };
}

/** The likelihood of a column of numbers: mean and standard deviation of each row. */
export function predictsMoments({ mean, variance }: Moments): LikelihoodRole {
  return predictsReal(mean, (b, term) => b.sqrt(variance(b, term)));
}

export function predictsReal(
  mean: (b: GraphBuilder, term: Term) => Operand,
  sd: (b: GraphBuilder, term: Term) => Operand,
): LikelihoodRole {
  const perRow = (b: GraphBuilder, rows: number, value: Operand) => b.add(b.full([rows], 0), value);
  return {
    parameters: (b, term, rows) => ({ mean: perRow(b, rows, mean(b, term)), sd: perRow(b, rows, sd(b, term)) }),
  };
}

/** `log` inside, minus infinity outside. */
export function within(b: GraphBuilder, inside: Ref, log: Operand): Ref {
  return b.select(inside, log, Number.NEGATIVE_INFINITY);
}

/** `x` where that is inside the support, else `other`: the branch that is not taken must have a finite slope. */
export function inside(b: GraphBuilder, condition: Ref, x: Ref, other: Operand): Ref {
  return b.select(condition, x, other);
}

/** log B(a, b) of the beta function. */
export function logBeta(b: GraphBuilder, x: Operand, y: Operand): Ref {
  return b.sub(b.add(b.lgamma(x), b.lgamma(y)), b.lgamma(b.add(x, y)));
}

/** The model: its likelihood, and the objective of variational inference as one function of a batch. */
import type { Expr } from '../../base/expr.ts';
import { sameShape, sizeOf } from '../../base/host-array.ts';
import type { CheckedModel, CheckedSite } from '../../language/check/checked.ts';
import {
  array,
  arrow,
  blank,
  call,
  comment,
  constant,
  fn,
  forOf,
  give,
  id,
  type Js,
  literal,
  member,
  object,
  plainValue,
  run,
  type Statement,
  tf,
} from '../target/javascript.ts';
import { distributionOf } from './distributions.ts';
import type { Writer } from './writer.ts';

/** `function likelihood_of_y(weights, x)`: the distribution of the observed column for rows `x`. */
export function emitLikelihood(writer: Writer, model: CheckedModel, name: string, network: string): Statement {
  const { likelihood } = model;
  const isNetwork = (expr: Expr) =>
    expr.kind === 'call' && expr.callee.kind === 'name' && expr.callee.name === model.network.name;
  const output = asColumn(model, call(network, id('x'), id('weights')));
  const term = distributionOf(writer, likelihood.distribution, (expr) => (isNetwork(expr) ? output : null));
  return fn(name, [id('weights'), id('x')], writer.quote(likelihood.span), [give(term)]);
}

/** `[rows, 1]` beside a column of plain numbers `[rows]`: the same numbers, the column's shape. */
function asColumn(model: CheckedModel, output: Js): Js {
  const { columnType } = model.likelihood;
  const { outputShape } = model.network;
  if (columnType.kind === 'class' || sameShape(columnType.shape, outputShape)) return output;
  if (sizeOf(columnType.shape) !== sizeOf(outputShape)) return output;
  return tf('reshape', output, plainValue([-1, ...columnType.shape]));
}

/**
 * `function sparse_vd({ weights, guides, x, y })`: the mean negative log likelihood of a row, and the divergence of all
 * guides from their priors.
 */
export function emitObjective(writer: Writer, model: CheckedModel, name: string, likelihood: string): Statement {
  writer.use('tf');
  const logDensity = call(member(call(likelihood, id('weights'), id('x')), 'logDensity'), id('y'));
  const rows: Js = { kind: 'element', object: member(id('x'), 'shape'), index: literal(0) };
  const body: Statement[] = [
    comment(...writer.quote(model.likelihood.span)),
    constant('logLikelihood', tf('sum', logDensity)),
    blank,
    constant('divergences', array([])),
    ...sharedPriors(model.sites).flatMap((sites) => divergenceOf(writer, sites)),
    blank,
    give(
      object({
        meanNll: tf('div', id('logLikelihood'), { kind: 'unary', op: '-', operand: rows }),
        divergence: tf('addN', id('divergences')),
      }),
    ),
  ];
  const doc = [
    'Mean negative log likelihood of a row, and the divergence of all guides from their priors:',
    '',
    ...writer.quote(model.span),
  ];
  return fn(name, [{ kind: 'fields', names: ['weights', 'guides', 'x', 'y'] }], doc, body);
}

function divergenceOf(writer: Writer, sites: readonly CheckedSite[]): Statement[] {
  const site = id('site');
  const prior = distributionOf(writer, sites[0]!.prior, () => null);
  const draw = arrow([], call(member(id('weights'), 'draw'), site));
  const guide: Js = { kind: 'element', object: id('guides'), index: site };
  const term = call(writer.use('divergence'), guide, prior, draw);
  return [
    comment(...writer.quote(sites[0]!.priorSpan)),
    forOf(site, array(sites.map((s) => literal(s.path))), [run(call(member(id('divergences'), 'push'), term))]),
  ];
}

/** Sites in groups of one line of the program with the same prior. */
function sharedPriors(sites: readonly CheckedSite[]): readonly (readonly CheckedSite[])[] {
  const groups = new Map<string, CheckedSite[]>();
  for (const site of sites) {
    const key = JSON.stringify([
      site.priorSpan,
      site.prior.name,
      site.prior.args.map((a) => a.value ?? a.expr),
      site.prior.components,
    ]);
    groups.set(key, [...(groups.get(key) ?? []), site]);
  }
  return [...groups.values()];
}

/**
 * `MultivariateNormal(mean, factor)`: rows mean + L z of standard normals z, with a lower triangular factor L of the covariance, L L^T.
 * Log density -|y|^2 / 2 - sum log L_ii - n log(2 pi) / 2, where y solves L y = x - mean from the first row on.
 */
import type { GraphBuilder, Ref } from '../../graph/builder.ts';
import { identity } from '../bijectors/index.ts';
import { argument, type Term } from '../distribution.ts';
import { HALF_LOG_TWO_PI } from './normal.ts';
import { distribution, param } from './record.ts';
import { column, rowLength, rowOf } from './rows.ts';

export const multivariateNormal = distribution({
  name: 'MultivariateNormal',
  doc: 'normal distribution of rows whose numbers depend on each other',
  params: [
    param('mean', 'vector', null, 'mean of each number'),
    param('factor', 'matrix', null, 'lower triangular factor L of the covariance L L^T'),
  ],
  support: 'vector',
  event: 'row',
  roles: ['prior'],
  needs: 'matrices as arguments',
  logDensity(b, x, term) {
    const { mean, factor, n } = argumentsOf(term);
    const d = b.sub(x, mean);
    const solved: Ref[] = [];
    let logDeterminant: Ref = b.constant(0);
    for (let i = 0; i < n; i++) {
      const known = solved.map((y, j) => b.mul(y, entry(b, factor, i, j)));
      const rest = known.reduce((left, part) => b.sub(left, part), column(b, d, i));
      const pivot = entry(b, factor, i, i);
      solved.push(b.div(rest, pivot));
      logDeterminant = b.add(logDeterminant, b.log(pivot));
    }
    const squares = solved.map((y) => b.square(y)).reduce((sum, y) => b.add(sum, y));
    return b.sub(b.mul(squares, -0.5), b.add(logDeterminant, n * HALF_LOG_TWO_PI));
  },
  draw: {
    reparameterised: true,
    emit(b, term, shape, noise) {
      const { mean, factor, n } = argumentsOf(term);
      const z = b.reshape(noise('normal', shape), [shape.slice(0, -1).reduce((m, k) => m * k, 1), n]);
      return b.add(b.reshape(b.matmul(z, factor, { transposeB: true }), shape), mean);
    },
  },
  bijector: () => identity,
});

function argumentsOf(term: Term) {
  const [mean, factor] = [rowOf(argument(term, 'mean')), rowOf(argument(term, 'factor'))];
  return { mean, factor, n: rowLength(mean) };
}

function entry(b: GraphBuilder, factor: Ref, i: number, j: number): Ref {
  return b.reshape(b.slice(factor, [i, j], [1, 1]), []);
}

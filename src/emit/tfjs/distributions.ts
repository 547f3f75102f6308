/** Distributions, guides and their arguments in the emitted program, by their names in the catalogue. */
import type { CheckedDistribution, CheckedGuideSite } from '../../language/check/checked.ts';
import { array, call, type Js, literal, object, plainValue } from '../target/javascript.ts';
import { type Resolve, tensorExpression } from './expressions.ts';
import type { LibraryName } from './library.ts';
import { known, type Writer } from './writer.ts';

/** The maker of each distribution. */
export const distributions: Readonly<Record<string, LibraryName>> = {
  Normal: 'Normal',
  Laplace: 'Laplace',
  StudentT: 'StudentT',
  HalfNormal: 'HalfNormal',
  LogUniform: 'LogUniform',
  Flat: 'Flat',
  Mixture: 'Mixture',
  Categorical: 'Categorical',
};

/** Those that the library of emitted projects does not have; `writer.refuse` names them. */
export const distributionsRefused: readonly string[] = [
  ...['Cauchy', 'GroupLaplace', 'GroupNormalJeffreys', 'Horseshoe', 'RegularizedHorseshoe', 'SpikeSlab'],
  ...['LogNormal', 'HalfCauchy', 'Gamma', 'InverseGamma', 'Exponential', 'Beta', 'Uniform', 'HardConcrete'],
  ...['TruncatedNormal', 'TruncatedLogNormal', 'TruncatedLogUniform', 'TruncatedExponential'],
  ...['Bernoulli', 'Binomial', 'Poisson', 'Ordered', 'MultivariateNormal', 'Dirichlet'],
];

/** Arguments that the library takes as numbers only. */
const KNOWN_BEFORE: Readonly<Record<string, readonly string[]>> = { StudentT: ['df'] };

export const guides: Readonly<Record<string, LibraryName>> = { Normal: 'NormalGuide', Delta: 'DeltaGuide' };

/** Of latents, which emitted projects do not have, and of correlated elements. */
export const guidesRefused: readonly string[] = [
  ...['LogNormal', 'Bernoulli', 'LowRankNormal', 'TruncatedLogNormal', 'HardConcrete', 'Ordered'],
];

/** `Normal({ mean: 0, sd: 1 })`, `Mixture([[0.5, Normal(...)], ...])`. */
export function distributionOf(writer: Writer, checked: CheckedDistribution, resolve: Resolve): Js {
  if (checked.own !== null) return writer.refuse(checked.span, `the density \`${checked.name}\` of the program`);
  const maker = known(writer, distributions, checked.name, 'the distribution', checked.span);
  if (maker === null) return literal(null);
  if (checked.components.length > 0) {
    const parts = checked.components.map((c) =>
      array([literal(c.weight), distributionOf(writer, c.distribution, resolve)]),
    );
    return call(writer.use(maker), array(parts));
  }
  for (const { name, value, expr } of checked.args) {
    if (value !== null || KNOWN_BEFORE[checked.name]?.includes(name) !== true) continue;
    return writer.refuse(expr.span, `\`${name}\` of \`${checked.name}\` that depends on the network`);
  }
  const args = checked.args.map((a) => [a.name, argumentOf(writer, a, resolve)] as const);
  return args.length === 0 ? call(writer.use(maker)) : call(writer.use(maker), object(Object.fromEntries(args)));
}

function argumentOf(writer: Writer, arg: CheckedDistribution['args'][number], resolve: Resolve): Js {
  return arg.value === null ? tensorExpression(writer, arg.expr, resolve) : plainValue(arg.value);
}

/** `NormalGuide({ sd: 0.0067 })`: start values that the program gives; the rest is the family's own. */
export function guideOf(writer: Writer, guide: CheckedGuideSite): Js {
  const maker = known(writer, guides, guide.family, 'the guide', guide.span);
  if (maker === null) return literal(null);
  const given = Object.entries(guide.args).filter(([, value]) => value !== null);
  const args = Object.fromEntries(given.map(([name, value]) => [name, plainValue(value)]));
  return given.length === 0 ? call(writer.use(maker)) : call(writer.use(maker), object(args));
}

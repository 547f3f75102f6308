/**
 * Guides whose arguments are expressions of `param`s: `Normal(mu, sqrt(alpha) * abs(mu))`. What a family would learn for each element then
 * follows from numbers that several elements may share (Kingma, Salimans & Welling 2015, section 3: one noise rate for a layer, a unit or a weight).
 */
import { f32, groupsAlong, sizeOf } from '../base/host-array.ts';
import { GraphBuilder, type Ref } from '../graph/builder.ts';
import { hostFunction } from '../graph/host-function.ts';
import type { CheckedGuideSite, CheckedSite } from '../language/check/checked.ts';
import { lowerExpression } from './expression.ts';
import type { GuideFamily } from './guide.ts';
import { supportedValue } from './latents.ts';
import { isParam, paramTerm } from './params.ts';

/** A site with its family. */
export interface Fitted {
  readonly site: CheckedSite;
  readonly guide: CheckedGuideSite;
  readonly family: GuideFamily;
}

/** Which of the parameters of the family are learned for the site. */
export function learnedParameters({ guide, family }: Omit<Fitted, 'site'>): readonly string[] {
  const made = Object.keys(guide.expressions ?? {}).map((argument) => family.expressed[argument]?.parameter);
  return family.parameters.filter((parameter) => !made.includes(parameter));
}

/** A parameter of the family from the values of `param`s, of the site's shape; null for one that is learned. */
export function expressedParameter(
  b: GraphBuilder,
  fitted: Fitted,
  parameter: string,
  valueAt: (path: string) => Ref,
): Ref | null {
  const value = emitted(b, fitted, parameter, valueAt);
  return value === null ? null : b.broadcast(value, fitted.site.shape);
}

/** The same on the host, in the precision of a posterior, from the real numbers that stand for the `param`s. */
export function expressedArray(
  fitted: Fitted,
  parameter: string,
  params: readonly CheckedSite[],
  realsOf: (path: string) => ArrayLike<number>,
): Float32Array | null {
  const { shape } = fitted.site;
  const b = new GraphBuilder();
  const inputs: { readonly reals: ArrayLike<number>; readonly groupOf: readonly number[] }[] = [];
  const known = new Map<string, Ref>();
  const value = emitted(b, fitted, parameter, (path) => {
    const earlier = known.get(path);
    if (earlier !== undefined) return earlier;
    const site = params.find((s) => s.path === path)!;
    const made = valueOfParamIn(b, site, b.input(path, f32([])));
    inputs.push({ reals: realsOf(path), groupOf: groupsAlong(shape, site.shape) });
    known.set(path, made);
    return made;
  });
  if (value === null) return null;
  b.output('value', value);
  const compute = hostFunction(b.finish());
  return Float32Array.from({ length: sizeOf(shape) }, (_, i) => {
    return compute(inputs.map(({ reals, groupOf }) => reals[groupOf[i]!]!));
  });
}

/** What the real numbers of a `param` stand for. */
export function valueOfParamIn(b: GraphBuilder, site: CheckedSite, real: Ref): Ref {
  if (!isParam(site)) throw new Error(`internal: ${site.path} is no param`);
  return supportedValue(b, real, paramTerm(site.param));
}

function emitted(
  b: GraphBuilder,
  { site, guide, family }: Fitted,
  parameter: string,
  valueAt: (path: string) => Ref,
): Ref | null {
  const found = Object.entries(guide.expressions ?? {}).find(
    ([name]) => family.expressed[name]?.parameter === parameter,
  );
  if (found === undefined) return null;
  const [name, expr] = found;
  const argument = lowerExpression(b, expr, (part) => (part.kind === 'name' ? valueAt(part.name) : null));
  return family.expressed[name]!.emit(b, typeof argument === 'number' ? b.constant(argument) : argument, site);
}

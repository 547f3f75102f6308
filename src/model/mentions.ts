/** What a distribution of a model mentions. */
import { namesOf } from '../base/expr.ts';
import type { CheckedDistribution } from '../language/check/checked.ts';

/** Names of what is not known before the run: paths of latents. */
export function mentionedBy({ args, components }: CheckedDistribution): ReadonlySet<string> {
  const own = args.flatMap((a) => (a.value === null ? namesOf(a.expr) : []));
  return new Set([...own, ...components.flatMap((c) => [...mentionedBy(c.distribution)])]);
}

/** What a person is told where the posterior has no width. */
import { DiagnosticError, diagnostic } from '../../base/diagnostic.ts';
import type { CheckedSite } from '../../language/check/checked.ts';
import type { Density } from '../../model/density.ts';
import { isLatent } from '../../model/latents.ts';

export function notCurved(density: Density, site: CheckedSite, place: number): DiagnosticError {
  return new DiagnosticError(
    diagnostic(
      'BP5904',
      density.model.span,
      `The posterior has no width at \`${placeName(site, place)}\`: it does not curve down there.`,
      {
        hint: isLatent(site)
          ? 'train longer, so that the point is the highest one, or use `sgvb`'
          : 'give it a prior with a width, such as `Normal(0, 1)`, and train longer',
      },
    ),
  );
}

/** `fc1.weight[3, 7]`, counted from 1 as in the language. */
function placeName({ path, shape }: CheckedSite, place: number): string {
  const numbers: number[] = [];
  let rest = place;
  for (const n of [...shape].reverse()) {
    numbers.unshift((rest % n) + 1);
    rest = Math.floor(rest / n);
  }
  return numbers.length === 0 ? path : `${path}[${numbers.join(', ')}]`;
}

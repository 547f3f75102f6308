/**
 * Gates: numbers, most often 0 and 1, that multiply weights (`SpikeSlab`) or what goes into a layer or comes out of it (`gate`).
 * With one draw of the gates a gated normal is a normal again, so every estimator of weights works behind them.
 */
import type { GraphBuilder, Operand, Ref } from '../graph/builder.ts';
import type { CheckedModel } from '../language/check/checked.ts';
import type { WeightSource } from './density.ts';
import type { Term } from './distribution.ts';
import { lowerExpression } from './expression.ts';
import type { SiteView } from './guide.ts';
import type { LatentValues } from './latents.ts';

/** What multiplies a site's own numbers under a prior, a gate or the scale of a non-centred site; null for most. */
export function gateOf(b: GraphBuilder, prior: Term): Operand | null {
  const gate = prior.distribution.gated?.(prior).gate ?? null;
  if (prior.scale === undefined) return gate;
  return gate === null ? prior.scale : b.mul(gate, prior.scale);
}

/** A site behind its gate or scale, as the likelihood sees it: mean and sd times the gate. */
export function gatedView(b: GraphBuilder, view: SiteView, prior: Term): SiteView {
  const gate = gateOf(b, prior);
  if (gate === null) return view;
  const { spread, mask } = view;
  const mean = b.mul(view.mean, gate);
  const both = mask === null ? b.mul(b.full(view.site.shape, 1), gate) : b.mul(mask, gate);
  const variance = spread === null ? null : b.mul(spread.variance, b.square(gate));
  const columns = view.columns === null ? null : b.mul(view.columns, gate);
  return {
    ...view,
    mean,
    columns,
    mask: both,
    spread: spread === null || variance === null ? null : { ...spread, variance },
  };
}

/** A source of weights with the gates of the model around its linear maps. */
export function gatedSource(
  b: GraphBuilder,
  { gates }: CheckedModel,
  source: WeightSource,
  latents: LatentValues,
): WeightSource {
  if (gates.length === 0) return source;
  const gated = (layer: string, side: 'inputs' | 'outputs', x: Ref): Ref =>
    gates
      .filter((gate) => gate.layer === layer && gate.side === side)
      .reduce((value, gate) => {
        const known = lowerExpression(b, gate.value, (e) => (e.kind === 'name' ? latents(e.name) : null));
        return b.mul(value, typeof known === 'number' ? known : alongLastAxis(b, known));
      }, x);
  return {
    linear: (_, layer, x) => gated(layer.path, 'outputs', source.linear(b, layer, gated(layer.path, 'inputs', x))),
    value: (_, layer, role) => source.value(b, layer, role),
  };
}

/** One number for each input lies as `[inputs, 1]` along a weight. */
function alongLastAxis(b: GraphBuilder, gate: Ref): Ref {
  const { shape } = gate.type;
  return shape.length === 2 && shape[1] === 1 ? b.reshape(gate, [shape[0]!]) : gate;
}

/**
 * Laplace's approximation (MacKay 1992; Ritter, Botev & Barber 2018; Daxberger et al. 2021): `map` trains, and the posterior is the
 * normal around the point that it reached whose precision is the curvature of minus the log joint there. Of the network's
 * parameters it is that of Gauss-Newton, which is never negative; that of latents and priors is exact. Latents are
 * normal as the real numbers that stand for them, and so the point is the mode of their density, Jacobians included.
 * Gauss and Newton's is the curvature of the network's tangent, by which draws predict unless asked for otherwise (`model/linearised`).
 * State: that of `map`.
 */
import type { ModelSize, OptionSpec, OptionValues } from '../../base/catalogue.ts';
import { sizeOf } from '../../base/host-array.ts';
import { masksOf } from '../../model/posterior.ts';
import type { Engine, EngineProgram, EngineRequest } from '../engine.ts';
import { structures } from '../laplace/structures.ts';
import { trainingOptions } from '../options.ts';
import { buildPoint } from '../variational.ts';

/** Up to so many numbers, curvatures are computed in double precision. */
const EXACT = 200;

export const laplace: Engine = {
  name: 'laplace',
  doc: 'a normal around the highest posterior density, as wide as the curvature there says',
  guides: ['Normal'],
  posterior: 'the point and the curvature there',
  withoutParams: 'its curvature belongs to one fixed joint density',
  linearises: true,
  objective: {
    doc: 'minus the log joint density at one point',
    instead:
      'its loss is a density at a point; the normal around it is read off the curvature there, whatever lies further away',
    weights: [],
  },
  tooLarge,
  options: [
    ...trainingOptions.map(fromZero),
    {
      name: 'covariance',
      type: { kind: 'choice', values: [...structures.keys()] },
      default: 'kronecker',
      required: false,
      doc: 'which weights are correlated: those of a layer, through factors of its inputs and outputs; none; those of the last layer, the others being points; all, of a few thousand',
    },
    {
      name: 'newton',
      type: { kind: 'integer', min: 0 },
      default: 50,
      required: false,
      doc: 'most steps of Newton from the end of the training to the mode; of `covariance = full` alone',
    },
    {
      name: 'predict',
      type: { kind: 'choice', values: ['linearised', 'sampled'] },
      default: 'linearised',
      required: false,
      doc: 'by what draws predict: the tangent of the network at the point, to which the curvature belongs, or the network itself',
    },
  ],
  build,
};

/** Without a step the curvature is that of the state that it begins with. */
function fromZero(spec: OptionSpec): OptionSpec {
  return spec.type.kind === 'duration' ? { ...spec, type: { ...spec.type, fromZero: true } } : spec;
}

/** A matrix of this width takes tens of seconds to factor, and 64 MB. */
const WIDEST = 4000;

function tooLarge({ all, lastLayer, latents }: ModelSize, { covariance }: OptionValues) {
  const width = covariance === 'full' ? all : covariance === 'last_layer' ? lastLayer + latents : 0;
  if (width <= WIDEST) return null;
  return {
    message: `\`covariance = ${String(covariance)}\` of ${width} numbers is a matrix of ${width} x ${width}`,
    hint: `up to ${WIDEST} numbers are possible: write \`covariance = kronecker\``,
    instead: { option: 'covariance', value: 'kronecker' },
  };
}

function build(request: EngineRequest): EngineProgram {
  const { density, options } = request;
  const trained = buildPoint(request, 'real');
  const structure = structures.get(String(options.covariance ?? 'kronecker'));
  if (structure === undefined) throw new Error(`internal: no covariance ${options.covariance}`);
  const count = density.sites.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const settings = { newton: Number(options.newton ?? 50), exact: count <= EXACT };
  return {
    ...trained,
    async finish(state, open) {
      const point = trained.posterior(state);
      const normal = await structure({ density, masks: masksOf(point), point, settings, open });
      return options.predict === 'sampled' ? normal : { ...normal, linearised: true };
    },
  };
}

/**
 * Stein variational gradient descent (Liu & Wang 2016, algorithm 1, eq. 8): P sets of weights, the particles, climb the log
 * joint density along each other's scores and push each other apart. Together they are the posterior.
 * The optimizer sees -phi / N, the gradient of loss / N where P = 1, so that learning rates mean what they mean for `map`.
 * State: `SITE.particles` `[P, ...shape]`, the optimizer's `SITE.particles.SLOT`, `SITE.mask` where something was pruned.
 */
import type { GraphBuilder, Ref } from '../../graph/builder.ts';
import type { Density } from '../../model/density.ts';
import type { Engine } from '../engine.ts';
import { trainingOptions } from '../options.ts';
import { buildParticles } from '../particles.ts';
import type { SteinKernel } from '../stein-kernel.ts';
import { geometryOf } from '../stein-kernels/geometry.ts';
import { steinKernels } from '../stein-kernels/index.ts';

export const svgd: Engine = {
  name: 'svgd',
  doc: 'particles that climb the posterior density and repel each other',
  guides: ['Particles'],
  draws: 'particles',
  posterior: 'its particles',
  objective: {
    doc: 'minus the log joint density, the mean over the particles',
    instead:
      'its particles follow the steepest descent of KL(particles || posterior) in the space of the Stein kernel (Liu & Wang 2016, lemma 3.2), but the density of particles, and so that KL, is never known',
    weights: [],
  },
  options: [
    ...trainingOptions,
    {
      name: 'particles',
      type: { kind: 'integer', min: 1 },
      default: 20,
      required: false,
      doc: 'number of particles',
    },
    {
      name: 'kernel',
      type: { kind: 'choice', values: steinKernels.names },
      default: steinKernels.names[0]!,
      required: false,
      doc: 'how near particles must be to act on each other',
    },
    {
      name: 'bandwidth',
      type: { kind: 'choice', values: ['median'], number: { min: 0, exclusiveMin: true } },
      default: 'median',
      required: false,
      doc: 'squared distance in which the kernel measures; `median`: from the particles at each step',
    },
  ],
  build(request) {
    const { kernel: name, bandwidth, particles } = request.options;
    const kernel = steinKernels.get(String(name ?? steinKernels.names[0]));
    if (kernel === undefined) throw new Error(`internal: Stein kernel ${name} is not registered`);
    const width = typeof bandwidth === 'number' ? bandwidth : 'median';
    return buildParticles(request, {
      particles: Number(particles ?? 20),
      weight: null,
      space: 'real',
      adversarial: null,
      sharesParams: true,
      direction: 'Stein direction',
      directions: (b, values, slopes) => steinDirections(b, kernel, width, request.density, values, slopes),
    });
  },
};

/** -phi / N for each site. */
function steinDirections(
  b: GraphBuilder,
  kernel: SteinKernel,
  bandwidth: 'median' | number,
  { rows, model }: Density,
  particles: readonly Ref[],
  slopes: readonly Ref[],
): readonly Ref[] {
  const count = particles[0]!.type.shape[0]!;
  const flat = (x: Ref) => b.reshape(x, [count, x.type.shape.slice(1).reduce((n, m) => n * m, 1)]);
  const centred = particles.map((particle) => {
    const x = flat(particle);
    // The mean as a product: executors are slow at sums over a short first axis.
    return b.sub(x, b.matmul(b.full([1, count], 1 / count), x));
  });
  const { attraction, repulsion } = kernel.matrices(b, geometryOf(b, centred, bandwidth));
  const pull = b.label(b.mul(attraction, 1 / count), 'Stein kernel of the particles', model.span);
  const push = b.mul(repulsion, 1 / (count * rows));
  return particles.map((particle, i) => {
    const direction = b.sub(b.matmul(pull, flat(slopes[i]!)), b.matmul(push, centred[i]!));
    return b.reshape(direction, particle.type.shape);
  });
}

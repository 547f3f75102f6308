/**
 * Stein variational gradient descent (Liu & Wang 2016, algorithm 1, eq. 8): P sets of weights, the particles, climb the log
 * joint density along each other's scores and push each other apart. Together they are the posterior.
 * The optimizer sees -phi / N, the gradient of loss / N where P = 1, so that learning rates mean what they mean for `map`.
 * State: `SITE.particles` `[P, ...shape]`, the optimizer's `SITE.particles.SLOT`, `SITE.mask` where something was pruned.
 */
import type { Engine } from '../engine.ts';
import { trainingOptions } from '../options.ts';
import { buildParticles } from '../particles.ts';
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
  build: buildParticles,
};

/**
 * Stein variational gradient descent (Liu & Wang 2016, algorithm 1, eq. 8): P sets of weights, the particles, climb the log
 * joint density along each other's scores and push each other apart. Together they are the posterior.
 * The optimizer sees -phi / N, the gradient of loss / N where P = 1, so that learning rates mean what they mean for `map`.
 * `kernel_per` gives each layer or each site a Stein kernel of its own, over its own numbers alone (graphical SVGD: Zhuo et al. 2018,
 * "Message passing SVGD"; Wang, Zeng & Liu 2018, "Stein variational message passing"; here a block is its own neighbourhood). What is
 * held is part of no kernel: the particles are then those of a density of the others.
 * State: `SITE.particles` `[P, ...shape]`, the optimizer's `SITE.particles.SLOT` of sites that move, `SITE.mask` where something was pruned.
 */
import type { GraphBuilder, Ref } from '../../graph/builder.ts';
import type { CheckedSite } from '../../language/check/checked.ts';
import type { Density } from '../../model/density.ts';
import type { Engine } from '../engine.ts';
import { trainingOptions } from '../options.ts';
import { buildParticles, type MovingSite } from '../particles.ts';
import type { SteinKernel } from '../stein-kernel.ts';
import { geometryOf } from '../stein-kernels/geometry.ts';
import { steinKernels } from '../stein-kernels/index.ts';

/** What has a kernel of its own, by the words of the language: sites with the same name share one. */
const blocks: ReadonlyMap<string, (site: CheckedSite) => string> = new Map([
  ['particle', () => ''],
  // Latents that belong to no layer have one each.
  ['layer', ({ layer, path }: CheckedSite) => (layer === '' ? path : layer)],
  ['site', ({ path }: CheckedSite) => path],
]);

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
    {
      name: 'kernel_per',
      type: { kind: 'choice', values: [...blocks.keys()] },
      default: 'particle',
      required: false,
      doc: 'what has a kernel and a bandwidth of its own: whole particles, or each layer or each site of them, without regard to the others',
    },
    {
      name: 'sites',
      type: { kind: 'sites' },
      default: null,
      required: false,
      doc: 'the latents and parameters that move, `gamma` or `[gamma, fc2.weight]`; the others stay where they are; all when left out',
    },
    {
      name: 'rows',
      type: { kind: 'split' },
      default: null,
      required: false,
      doc: 'the split that the likelihood sees; `train` when left out',
    },
  ],
  build(request) {
    const { kernel: name, bandwidth, particles, kernel_per: per } = request.options;
    const kernel = steinKernels.get(String(name ?? steinKernels.names[0]));
    if (kernel === undefined) throw new Error(`internal: Stein kernel ${name} is not registered`);
    const width = typeof bandwidth === 'number' ? bandwidth : 'median';
    const blockOf = blocks.get(String(per ?? 'particle'));
    if (blockOf === undefined) throw new Error(`internal: no kernel per ${per}`);
    return buildParticles(request, {
      particles: Number(particles ?? 20),
      weight: null,
      space: 'real',
      adversarial: null,
      sharesParams: true,
      kernelOf: blockOf,
      direction: 'Stein direction',
      directions: (b, moving) => {
        const parts = inBlocks(moving, blockOf).map((block) =>
          steinDirections(b, kernel, width, request.density, block),
        );
        const bySite = new Map(parts.flat().map(({ site, direction }) => [site, direction]));
        return moving.map(({ site }) => bySite.get(site)!);
      },
    });
  },
};

function inBlocks(moving: readonly MovingSite[], blockOf: (site: CheckedSite) => string): readonly MovingSite[][] {
  const found = new Map<string, MovingSite[]>();
  for (const own of moving) found.set(blockOf(own.site), [...(found.get(blockOf(own.site)) ?? []), own]);
  return [...found.values()];
}

/** -phi / N for each site of a block, with one kernel over all of them. */
function steinDirections(
  b: GraphBuilder,
  kernel: SteinKernel,
  bandwidth: 'median' | number,
  { rows, model }: Density,
  block: readonly MovingSite[],
): readonly { readonly site: CheckedSite; readonly direction: Ref }[] {
  const count = block[0]!.particles.type.shape[0]!;
  const flat = (x: Ref) => b.reshape(x, [count, x.type.shape.slice(1).reduce((n, m) => n * m, 1)]);
  const centred = block.map(({ particles }) => {
    const x = flat(particles);
    // The mean as a product: executors are slow at sums over a short first axis.
    return b.sub(x, b.matmul(b.full([1, count], 1 / count), x));
  });
  const { attraction, repulsion } = kernel.matrices(b, geometryOf(b, centred, bandwidth));
  const pull = b.label(b.mul(attraction, 1 / count), 'Stein kernel of the particles', model.span);
  const push = b.mul(repulsion, 1 / (count * rows));
  return block.map(({ site, particles, slopes }, i) => {
    const direction = b.sub(b.matmul(pull, flat(slopes)), b.matmul(push, centred[i]!));
    return { site, direction: b.reshape(direction, particles.type.shape) };
  });
}

/**
 * Deep ensembles (Lakshminarayanan, Pritzel & Blundell 2017): M networks that begin apart and climb the log joint density each on
 * its own, as `map` does; predictions average over them. All see the same batches, and what layers draw is their own.
 * State: `SITE.particles` `[M, ...shape]`, the optimizer's `SITE.particles.SLOT`, `SITE.mask` where something was pruned.
 */
import type { OptionSpec } from '../../base/catalogue.ts';
import type { PointSpace } from '../../model/kl.ts';
import type { Engine, EngineProgram, EngineRequest } from '../engine.ts';
import { trainingOptions } from '../options.ts';
import { buildParticles } from '../particles.ts';
import { priorWeightOption } from './map.ts';

export const ensemble: Engine = {
  name: 'ensemble',
  doc: 'several networks, each trained on its own from its own start',
  guides: ['Particles'],
  draws: 'members',
  posterior: 'its members',
  objective: {
    doc: 'minus the log joint density, the mean over the members',
    instead: 'its members are single points of high density, and how much mass lies around each of them is not known',
    weights: ['prior_weight'],
  },
  options: [
    ...trainingOptions,
    priorWeightOption,
    membersOption(5),
    {
      name: 'adversarial',
      type: { kind: 'call', word: 'sign', argument: { min: 0, exclusiveMin: true }, example: 0.01 },
      default: null,
      required: false,
      doc: 'half of the likelihood at inputs moved so far, in their own units, to where it is worst',
    },
  ],
  build: (request) => buildMembers(request, Number(request.options.members ?? 5), 'constrained'),
};

export function membersOption(standard: number): OptionSpec {
  const type = { kind: 'integer', min: 1 } as const;
  return { name: 'members', type, default: standard, required: false, doc: 'number of networks' };
}

/** Members on their own ways. */
export function buildMembers(request: EngineRequest, members: number, space: PointSpace): EngineProgram {
  const { adversarial } = request.options;
  return buildParticles(request, {
    particles: members,
    weight: 'prior_weight',
    space,
    adversarial: typeof adversarial === 'number' ? adversarial : null,
    sharesParams: false,
    kernelOf: null,
    direction: 'gradient',
    directions: (_, moving) => moving.map(({ slopes }) => slopes),
  });
}

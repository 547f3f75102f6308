/** What of a variational objective a run may choose beside its weight: the divergence, the temperature, and the number of samples. */
import type { OptionSpec, OptionValues } from '../base/catalogue.ts';
import type { ChosenDivergence } from '../model/divergence.ts';
import { divergences } from '../model/divergences/index.ts';

export const monteCarloOptions: readonly OptionSpec[] = [
  {
    name: 'samples',
    type: { kind: 'integer', min: 1 },
    default: null,
    required: false,
    doc: 'draws of the guide in each step, over which loss and gradient are averaged; one when left out',
  },
  {
    name: 'divergence',
    type: { kind: 'words', words: [...divergences].map(({ name, argument }) => ({ word: name, argument })) },
    default: null,
    required: false,
    doc: 'between the guides of weights with a spread and their priors; `kl` when left out',
  },
  {
    name: 'temperature',
    type: { kind: 'number', min: 0 },
    default: null,
    required: false,
    doc: 'factor T of the entropy of the guide, which then stands for the joint density to the power 1 / T; 1 when left out',
  },
];

/** What may stand in an objective, in nats of the whole data set. */
export const OBJECTIVE_TERMS = ['nll', 'kl'] as const;

export const objectiveOption: OptionSpec = {
  name: 'objective',
  type: { kind: 'schedule', over: OBJECTIVE_TERMS },
  default: null,
  required: false,
  doc: 'what is minimised, of `nll` and `kl`, the minus log likelihood and the divergence of the whole data set; in the place of `kl_weight`, `temperature` and `divergence`',
};

/** The one that the options name, else KL. */
export function divergenceOf({ divergence: written }: OptionValues): ChosenDivergence {
  const [word, skew] = Array.isArray(written) ? written : [written, 0];
  const divergence = divergences.get(typeof word === 'string' ? word : divergences.names[0]!);
  if (divergence === undefined) throw new Error(`internal: there is no divergence ${String(word)}`);
  return { divergence, skew: Number(skew) };
}

export function temperatureOf({ temperature }: OptionValues): number {
  return typeof temperature === 'number' ? temperature : 1;
}

/** All samplers, by the names of their distributions. A new one: its entry in a file of its kind. */
import { gammas } from './gamma.ts';
import { gates } from './gates.ts';
import { locationScale } from './location-scale.ts';
import type { Sampler } from './sampler.ts';
import { truncated } from './truncated.ts';

export const samplers = { ...locationScale, ...gammas, ...truncated, ...gates } as const satisfies Readonly<
  Record<string, Sampler>
>;

export type SamplerName = keyof typeof samplers;

/** The kernels of moves. A new one: one file here, one line below, and its name in `moveKernels` of the engines that move by it. */
import { registry } from '../../base/registry.ts';
import type { MoveKernel } from '../move-kernel.ts';
import { gibbs } from './gibbs.ts';

export const moveKernels = registry<MoveKernel>([gibbs]);

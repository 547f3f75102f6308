/** The Stein kernels. A new one: one file, one line here; the first is the default. */
import { registry } from '../../base/registry.ts';
import type { SteinKernel } from '../stein-kernel.ts';
import { imq } from './imq.ts';
import { linear } from './linear.ts';
import { rbf } from './rbf.ts';

export const steinKernels = registry<SteinKernel>([rbf, imq, linear]);

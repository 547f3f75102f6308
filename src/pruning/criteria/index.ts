/** The criteria that a program may name. A new one: one file, one line here. */
import { registry } from '../../base/registry.ts';
import type { Criterion } from '../criterion.ts';
import { inclusion } from './inclusion.ts';
import { logAlpha } from './log-alpha.ts';
import { magnitude } from './magnitude.ts';
import { snr } from './snr.ts';

export const criteria = registry<Criterion>([logAlpha, snr, magnitude, inclusion]);

/** The distributions that models and guides may use. A new one: one file, one line here. */
import { registry } from '../../base/registry.ts';
import type { Distribution } from '../distribution.ts';
import { categorical } from './categorical.ts';
import { delta } from './delta.ts';
import { flat } from './flat.ts';
import { halfNormal } from './half-normal.ts';
import { laplace } from './laplace.ts';
import { logUniform } from './log-uniform.ts';
import { mixture } from './mixture.ts';
import { normal } from './normal.ts';
import { studentT } from './student-t.ts';

export const distributions = registry<Distribution>([
  normal,
  laplace,
  studentT,
  halfNormal,
  logUniform,
  flat,
  mixture,
  delta,
  categorical,
]);

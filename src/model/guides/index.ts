/** The guide families that can be fitted to a site. A new one: one file, one line here. */
import { registry } from '../../base/registry.ts';
import type { GuideFamily } from '../guide.ts';
import { bernoulliGuide } from './bernoulli.ts';
import { deltaGuide } from './delta.ts';
import { hardConcreteGuide } from './hard-concrete.ts';
import { logNormalGuide } from './log-normal.ts';
import { lowRankNormalGuide } from './low-rank-normal.ts';
import { normalGuide } from './normal.ts';
import { orderedGuide } from './ordered.ts';
import { truncatedLogNormalGuide } from './truncated-log-normal.ts';

export const guides = registry<GuideFamily>([
  normalGuide,
  deltaGuide,
  logNormalGuide,
  bernoulliGuide,
  lowRankNormalGuide,
  truncatedLogNormalGuide,
  hardConcreteGuide,
  orderedGuide,
]);

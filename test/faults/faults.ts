/** All seeded mistakes. `faults.slow.test.ts` makes each of them, in memory, and runs its test. */
import { chains } from './chains.ts';
import { densities } from './densities.ts';
import { engines } from './engines.ts';
import { estimators } from './estimators.ts';
import type { Fault } from './fault.ts';
import { objectives } from './objectives.ts';
import { optimizers } from './optimizers.ts';
import { runs } from './runs.ts';

export const faults: readonly Fault[] = [
  ...engines,
  ...chains,
  ...objectives,
  ...estimators,
  ...optimizers,
  ...densities,
  ...runs,
];

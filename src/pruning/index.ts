/** The pruning room's face: criteria, the programs that score weights, and the plans that scores lead to. */
export { criteria } from './criteria/index.ts';
export { formulaCriterion } from './formula.ts';
export { inclusionOf } from './inclusion.ts';
export { planLowest, planWhere, type Scores } from './plan.ts';
export { predicateProgram, type ScoredSite, scoreProgram, scoreState } from './score.ts';

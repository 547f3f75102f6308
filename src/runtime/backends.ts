/** The executors by name, for those who may not import them: the command line and the REPL. */
export { type Choice, chooseExecutor, executors } from '../executors/index.ts';
export { nativeFolder } from '../executors/tfjs/load.ts';

export { type Measurements, measure, type Workload, workloadOf, workloads } from './measure.ts';

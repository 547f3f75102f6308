/** The runtime's face: what the command line, the REPL and the emitters use. */
export { catalogue } from './catalogue.ts';
export { codes, exitCodeOf } from './codes.ts';
export { type Diagnosis, diagnose } from './diagnose/index.ts';
export { readSafetensors, writeSafetensors } from './export/safetensors.ts';
export { guaranteeDocument } from './guarantee-text.ts';
export type { Host } from './host.ts';
export { type Loaded, loadProgram, loadSource, readText } from './load.ts';
export { printOverview } from './overview.ts';
export { readData } from './read-data.ts';
export { refuseTaken, replaceDirectory, toJson } from './record.ts';
export { type Repair, repairSource } from './repair.ts';
export { type EpochSummary, type Reporter, silentReporter, type TrainingProgress } from './reporter.ts';
export { openEnded, openStopped, type StoppedRun } from './resume.ts';
export { type RunRequest, type RunResult, resumePlan, runPlan } from './run.ts';
export { enoughRows, FEWEST, fewerOf, fewerRows, type Verification, verifiable, verify } from './verify/index.ts';

/** The public face of the graph room. */
export { type ConvolutionOptions, GraphBuilder, type Operand, type Ref } from './builder.ts';
export { structuralHash } from './hash.ts';
export type { Convolution, Graph, OpAttrs, OpName, Padding, Pooling, Sliding, Value } from './ir.ts';
export { graphFromJson, graphToJson, programFromJson, programToJson } from './json.ts';
export { opNames, opRecord, ops } from './ops/index.ts';
export { windowCount } from './ops/window.ts';
export { printGraph, printProgram } from './print.ts';
export {
  type InputSpec,
  type NoiseKind,
  type NoiseSpec,
  type StateSpec,
  type StepProgram,
  type StepProgramParts,
  stepProgram,
} from './program.ts';
export { type BatchBody, type BatchInputs, batch } from './transforms/batch.ts';
export { removeDeadCode } from './transforms/dead-code.ts';
export { dependsOn, gradients, pullback } from './transforms/gradient.ts';
export { type Expansions, legalize } from './transforms/legalize.ts';
export { lastUses } from './transforms/liveness.ts';
export { forecastMemory, type MemoryForecast } from './transforms/memory.ts';
export { type Probe, probe } from './transforms/probe.ts';
export { type Rule, rules, simplify } from './transforms/simplify.ts';
export { verify, verifyProgram } from './verify.ts';

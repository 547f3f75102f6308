/** The public face of the graph room. */
export { GraphBuilder, type Operand, type Ref } from './builder.ts';
export type { Graph, OpAttrs, OpName, Value } from './ir.ts';
export { graphFromJson, graphToJson, structuralHash } from './json.ts';
export { opNames, opRecord, ops } from './ops/index.ts';
export { printGraph } from './print.ts';
export type { InputSpec, NoiseKind, NoiseSpec, StateSpec, StepProgram } from './program.ts';
export { removeDeadCode } from './transforms/dead-code.ts';
export { gradients } from './transforms/gradient.ts';
export { lastUses } from './transforms/liveness.ts';
export { type Probe, probe } from './transforms/probe.ts';
export { verify, verifyProgram } from './verify.ts';

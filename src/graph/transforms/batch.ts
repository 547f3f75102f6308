/**
 * Many copies of a computation at once, graph to graph: what is written for one particle is rewritten with a leading axis of
 * particles, by one rule for each op (`batch` in its record). What does not depend on a particle is computed once for all.
 */
import { invariant } from '../../base/diagnostic.ts';
import type { Shape } from '../../base/host-array.ts';
import { GraphBuilder, type Ref } from '../builder.ts';
import type { Graph, OpAttrs, Value } from '../ir.ts';
import { repeated } from '../ops/batching.ts';
import { opRecord } from '../ops/index.ts';
import type { BatchOperand } from '../ops/op.ts';

export interface BatchInputs {
  /** Values `[copies, ...shape]`: the body sees `shape`. */
  readonly batched: Readonly<Record<string, Ref>>;
  /** Values that all copies see. */
  readonly shared: Readonly<Record<string, Ref>>;
}

/** What one copy computes, from the inputs by name, in a builder of its own. */
export type BatchBody = (b: GraphBuilder, inputs: Readonly<Record<string, Ref>>) => Readonly<Record<string, Ref>>;

/** The results of `copies` copies of `body`, each with the leading axis, appended to the builder. */
export function batch(
  b: GraphBuilder,
  copies: number,
  inputs: BatchInputs,
  body: BatchBody,
): Readonly<Record<string, Ref>> {
  return batchedGraph(b, copies, inputs, graphOfOne(operandsOf(copies, inputs), body));
}

/** The outputs of `copies` copies of a graph whose inputs are all named. */
export function batchedGraph(
  b: GraphBuilder,
  copies: number,
  inputs: BatchInputs,
  graph: Graph,
): Readonly<Record<string, Ref>> {
  const operands = operandsOf(copies, inputs);
  const done: BatchOperand[] = [];
  graph.values.forEach((value) => {
    const operand =
      value.op === 'input'
        ? operands.get((value.attrs as OpAttrs['input']).name)!
        : b.at(value.origin, () => copiesOf(b, copies, value, done));
    if (value.label !== null && value.op !== 'input') b.label(operand.ref, value.label, value.origin);
    done.push(operand);
  });
  return Object.fromEntries([...graph.outputs].map(([name, id]) => [name, repeated(b, done[id]!, copies)]));
}

function operandsOf(copies: number, { batched, shared }: BatchInputs): Map<string, BatchOperand> {
  const operands = new Map<string, BatchOperand>();
  for (const [name, ref] of Object.entries(batched)) {
    invariant(ref.type.shape[0] === copies, `\`${name}\` has no leading axis of ${copies}`);
    operands.set(name, { ref, batched: true });
  }
  for (const [name, ref] of Object.entries(shared)) {
    invariant(!operands.has(name), `\`${name}\` is both batched and shared`);
    operands.set(name, { ref, batched: false });
  }
  return operands;
}

/** The body as a graph of its own, without what its results do not need. */
function graphOfOne(operands: ReadonlyMap<string, BatchOperand>, body: BatchBody): Graph {
  const b = new GraphBuilder();
  const shapeOf = ({ ref, batched }: BatchOperand): Shape => (batched ? ref.type.shape.slice(1) : ref.type.shape);
  const inputs = [...operands].map(([name, operand]) => {
    const type = { dtype: operand.ref.type.dtype, shape: shapeOf(operand) };
    return [name, b.input(name, type)] as const;
  });
  for (const [name, ref] of Object.entries(body(b, Object.fromEntries(inputs)))) b.output(name, ref);
  return b.finish();
}

function copiesOf(b: GraphBuilder, copies: number, value: Value, done: readonly BatchOperand[]): BatchOperand {
  const inputs = value.inputs.map((id) => done[id]!);
  if (inputs.every((input) => !input.batched)) {
    const refs = inputs.map((input) => input.ref);
    return { ref: b.apply(value.op, refs, value.attrs), batched: false };
  }
  const rule = opRecord(value.op).batch;
  if (typeof rule !== 'function') throw new Error(`internal: \`${value.op}\` cannot be batched: ${rule.refused}`);
  return { ref: rule({ b, copies, inputs, attrs: value.attrs }), batched: true };
}

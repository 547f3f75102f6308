/** Graphs and step programs as text, always the same for the same graph: what `--dump` shows and tests compare. */
import { formatShape, type TensorType } from '../base/host-array.ts';
import type { Graph, Value } from './ir.ts';
import type { StepProgram } from './program.ts';

/** `f32[100, 300]`, `i32` for a scalar. */
function formatType(type: TensorType): string {
  return type.shape.length === 0 ? type.dtype : `${type.dtype}${formatShape(type.shape)}`;
}

function formatAttr(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(formatAttr).join(', ')}]`;
  return Object.is(value, -0) ? '-0' : String(value);
}

function formatAttrs(attrs: Value['attrs']): string {
  const entries = Object.entries(attrs).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0 ? '' : ` {${entries.map(([key, value]) => `${key}=${formatAttr(value)}`).join(', ')}}`;
}

/** One line per value, `%12 = add %3 %7 : f32[100, 300]  // label`, then one per output. */
export function printGraph(graph: Graph): string {
  const lines = graph.values.map((v, i) => {
    const inputs = v.inputs.map((id) => ` %${id}`).join('');
    const label = v.label === null ? '' : `  // ${v.label}`;
    return `%${i} = ${v.op}${inputs}${formatAttrs(v.attrs)} : ${formatType(v.type)}${label}`;
  });
  const outputs = [...graph.outputs].map(([name, id]) => `output ${name} = %${id}`);
  return `${[...lines, ...outputs].join('\n')}\n`;
}

/** What the program declares, then its graph. */
export function printProgram(program: StepProgram): string {
  const state = program.state.map(
    (s) => `state ${s.name} : ${formatType(s.type)}${s.follows === null ? '' : ` follows ${s.follows}`}`,
  );
  const batch = program.batch.map((s) => `batch ${s.name} : ${formatType(s.type)}`);
  const noise = program.noise.map(
    (s) => `noise ${s.name} : ${s.kind} ${formatType(s.type)} from ${s.path.join(' / ')}`,
  );
  const scalars = program.scalars.map((name) => `scalar ${name}`);
  const info = program.info.map((s) => `info ${s.name} : ${formatType(s.type)}`);
  return `${[...state, ...batch, ...noise, ...scalars, ...info].join('\n')}\n\n${printGraph(program.graph)}`;
}

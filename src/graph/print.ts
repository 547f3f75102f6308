/** Graphs as text, always the same for the same graph: what `--dump` shows and tests compare. */
import { formatShape, type TensorType } from '../base/host-array.ts';
import type { Graph, Value } from './ir.ts';

function formatType(type: TensorType): string {
  return type.shape.length === 0 ? type.dtype : `${type.dtype}${formatShape(type.shape)}`;
}

function formatAttrs(attrs: Value['attrs']): string {
  const entries = Object.entries(attrs);
  if (entries.length === 0) return '';
  const show = (v: unknown) => (Array.isArray(v) ? `[${v.join(', ')}]` : String(v));
  return ` {${entries.map(([k, v]) => `${k}=${show(v)}`).join(', ')}}`;
}

export function printGraph(graph: Graph): string {
  const lines = graph.values.map((v, i) => {
    const inputs = v.inputs.map((id) => ` %${id}`).join('');
    const label = v.label === null ? '' : `  // ${v.label}`;
    return `%${i} = ${v.op}${inputs}${formatAttrs(v.attrs)} : ${formatType(v.type)}${label}`;
  });
  const outputs = [...graph.outputs].map(([name, id]) => `output ${name} = %${id}`);
  return `${[...lines, ...outputs].join('\n')}\n`;
}

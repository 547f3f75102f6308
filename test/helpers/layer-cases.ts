/** What PyTorch says of each kind of layer (`test/model/layer-vectors.py` writes it), and one layer as a graph of its own. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OptionValues } from '../../src/base/catalogue.ts';
import { f32, type HostArray, realArray, type Shape } from '../../src/base/host-array.ts';
import type { GraphBuilder, Ref } from '../../src/graph/builder.ts';
import { gradients } from '../../src/graph/transforms/gradient.ts';
import type { CheckedLayer } from '../../src/language/check/checked.ts';
import { layers } from '../../src/model/layers/index.ts';
import { drawnWeights } from '../../src/model/weights.ts';
import type { Case } from './evaluate.ts';
import { HERE } from './models.ts';

export interface LayerCase {
  readonly kind: string;
  readonly options: OptionValues;
  /** Of one example of each input. */
  readonly shapes: readonly Shape[];
  readonly inputs: readonly (readonly number[])[];
  readonly parameters: Readonly<Record<string, readonly number[]>>;
  /** Of one example. */
  readonly output: Shape;
  readonly values: readonly number[];
  /** What the gradients are those of: sum(output * upper), by the inputs and then by the parameters. */
  readonly upper: readonly number[];
  readonly gradients: readonly (readonly number[])[];
}

export const ROWS = 2;

export const layerCases: readonly LayerCase[] = JSON.parse(
  readFileSync(join(import.meta.dirname, '../model/layer-vectors.json'), 'utf8'),
);

export const titleOf = ({ kind, shapes, options }: LayerCase) =>
  `${kind} of ${JSON.stringify(shapes)} with ${JSON.stringify(options)}`;

/** A line of a network with these inputs. */
export function layerOf(kind: string, shapes: readonly Shape[], options: OptionValues) {
  const record = layers.get(kind);
  if (record === undefined) throw new Error(`no layer kind ${kind}`);
  const [first, ...others] = shapes as readonly [Shape, ...Shape[]];
  const inferred = record.infer([first, ...others], options);
  if (!inferred.ok) throw new Error(inferred.problem);
  const { output, parameters, statistics, multiplyAdds } = inferred;
  const layer: CheckedLayer = {
    ...{ path: 'line', kind, options, parameters, statistics, multiplyAdds, span: HERE },
    ...{ inputs: shapes.map((_, i) => `in${i}`), inputShape: first, outputShape: output },
  };
  return { record, layer };
}

/** The value of a layer in training, for inputs and then parameters; running statistics are nowhere kept. */
export function emitLayer(b: GraphBuilder, { record, layer }: ReturnType<typeof layerOf>, refs: readonly Ref[]): Ref {
  const count = layer.inputs.length;
  const [first, ...others] = refs.slice(0, count) as [Ref, ...Ref[]];
  const weights = drawnWeights((path) => {
    const at = layer.parameters.findIndex((p) => path === `line.${p.role}`);
    return refs[count + at]!;
  });
  const statistic = (role: string) => b.full(layer.statistics.find((s) => s.role === role)!.shape, 0);
  const noise = () => {
    throw new Error('a layer with noise has no case');
  };
  return record.emit(b, layer, [first, ...others], {
    ...{ weights, training: true, ofBatch: true, statistic, noise, report: () => undefined },
  });
}

/** The output, and the gradients of its product with the case's `upper` by inputs and parameters. */
export function graphOf(test: LayerCase): { readonly test: Case; readonly arrays: readonly HostArray[] } {
  const made = layerOf(test.kind, test.shapes, test.options);
  const shapes = [...test.shapes.map((shape) => [ROWS, ...shape]), ...made.layer.parameters.map((p) => p.shape)];
  const numbers = [...test.inputs, ...made.layer.parameters.map((p) => test.parameters[p.role]!)];
  const upper = realArray([ROWS, ...test.output], Float64Array.from(test.upper));
  return {
    arrays: [...shapes.map((shape, i) => realArray(shape, Float64Array.from(numbers[i]!))), upper],
    test: {
      inputs: [...shapes.map(f32), upper.type],
      build: (b, refs) => {
        const [up, own] = [refs.at(-1)!, refs.slice(0, -1)];
        const value = emitLayer(b, made, own);
        return [value, ...gradients(b, b.sum(b.mul(value, up)), own)];
      },
    },
  };
}

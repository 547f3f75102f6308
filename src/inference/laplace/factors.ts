/**
 * Kronecker factors of the Gauss-Newton matrix of layers with a linear map (Martens & Grosse 2015, section 3; of convolutions
 * Grosse & Martens 2016, section 3): of its inputs `sum a a'` with a 1 behind them where there is a bias, and of the slopes at its
 * outputs `sum g (L g)'`. Their product over the number of rows stands for the layer's part of the matrix. It is exact where all
 * rows have the same L: for a linear network with normal noise.
 */
import { f32, sizeOf } from '../../base/host-array.ts';
import type { GraphBuilder, Ref } from '../../graph/builder.ts';
import type { StateSpec, StepProgram } from '../../graph/program.ts';
import { pullback } from '../../graph/transforms/gradient.ts';
import type { CheckedLayer, CheckedSite } from '../../language/check/checked.ts';
import type { Density } from '../../model/density.ts';
import { layers as layerKinds } from '../../model/layers/index.ts';
import { StepProgramBuilder } from '../../model/step-program.ts';
import { linearMap } from '../../model/weights.ts';
import { curvatureAlong, outputSpec } from './gauss-newton.ts';
import { likelihoodAt, realsOf } from './point.ts';

/** A layer whose weight is a matrix of inputs times outputs, applied at so many places of each row. */
export interface FactoredLayer {
  readonly layer: CheckedLayer;
  readonly weight: CheckedSite;
  readonly bias: CheckedSite | null;
  readonly inputs: number;
  readonly outputs: number;
  readonly places: number;
}

export const inputFactorName = ({ layer }: FactoredLayer) => `${layer.path}.inputs`;
export const outputFactorName = ({ layer }: FactoredLayer) => `${layer.path}.outputs`;

/** Layers in which every output sees every input of its place: dense ones and convolutions, not those of single channels. */
export function factoredLayers({ model, sites }: Density): readonly FactoredLayer[] {
  return model.network.layers.flatMap((layer): FactoredLayer[] => {
    const kind = layerKinds.get(layer.kind);
    const weight = sites.find((s) => s.path === `${layer.path}.weight`);
    if (kind?.linear == null || weight === undefined) return [];
    const outputs = weight.shape.at(-1)!;
    const inputs = sizeOf(weight.shape) / outputs;
    if (inputs !== weight.parameter.fanIn || layer.outputShape.at(-1) !== outputs) return [];
    const bias = sites.find((s) => s.path === `${layer.path}.bias`) ?? null;
    return [{ layer, weight, bias, inputs, outputs, places: sizeOf(layer.outputShape) / outputs }];
  });
}

/** State that makes a layer's own map give the inputs of each place: its weight with an output for each of them. */
export function identitySpec({ layer, weight, inputs }: FactoredLayer): StateSpec {
  return { name: `${layer.path}.identity`, type: f32([...weight.shape.slice(0, -1), inputs]), follows: null };
}

/** For a batch, `LAYER.inputs`: sum of a a' over rows and places, times N / rows. */
export function inputFactors(density: Density, layers: readonly FactoredLayer[], rows: number): StepProgram {
  return overLayers(density, layers, rows, ({ program, of }) => {
    const b = program.graph;
    for (const factored of layers) {
      const a = inputsOf(program, factored, of(factored).x, rows);
      const products = b.matmul(a, a, { transposeA: true });
      program.info(inputFactorName(factored), b.mul(products, density.rows / rows));
    }
  });
}

/** `[rows * places, inputs]`, and a last 1 where there is a bias. */
function inputsOf(program: StepProgramBuilder, factored: FactoredLayer, x: Ref, rows: number): Ref {
  const b = program.graph;
  const { layer, inputs, places, bias } = factored;
  // A dense layer has its inputs at hand; a convolution's are what windows see.
  const seen = x.type.shape.length === 2 ? x : linearMap(b, layer, x, program.state(identitySpec(factored)));
  const flat = b.reshape(seen, [rows * places, inputs]);
  return bias === null ? flat : b.concat([flat, b.full([rows * places, 1], 1)], 1);
}

/** For a batch and one output of the network, `LAYER.outputs`: the part of sum over rows and places of g (L g)', times N / rows. */
export function outputFactors(density: Density, layers: readonly FactoredLayer[], rows: number): StepProgram {
  return overLayers(density, layers, rows, (pass) => {
    const b = pass.program.graph;
    const { left, right } = slopesOf(pass, density, layers, rows);
    layers.forEach((factored, i) => {
      const flat = (g: Ref) => b.reshape(g, [rows * factored.places, factored.outputs]);
      const products = b.matmul(flat(left[i]!), flat(right[i]!), { transposeA: true });
      pass.program.info(outputFactorName(factored), b.mul(products, density.rows / rows));
    });
  });
}

/**
 * For a batch and one output, `SITE.diagonal`: the diagonal of layers that are applied once to each row, exactly. With g the slopes
 * at the outputs it is `sum a^2 g (L g)`, a product of matrices.
 */
export function denseDiagonals(density: Density, layers: readonly FactoredLayer[], rows: number): StepProgram {
  return overLayers(density, layers, rows, (pass) => {
    const b = pass.program.graph;
    const { left, right } = slopesOf(pass, density, layers, rows);
    layers.forEach((factored, i) => {
      const squares = b.mul(left[i]!, right[i]!);
      const write = (site: CheckedSite, value: Ref) =>
        pass.program.info(`${site.path}.diagonal`, b.mul(b.reshape(value, site.shape), density.rows / rows));
      write(factored.weight, b.matmul(b.square(pass.of(factored).x), squares, { transposeA: true }));
      if (factored.bias !== null) write(factored.bias, b.sum(squares, [0]));
    });
  });
}

interface LayerPass {
  readonly program: StepProgramBuilder;
  /** What goes into a layer, and what comes out with its bias. */
  readonly of: (factored: FactoredLayer) => { readonly x: Ref; readonly h: Ref };
  readonly output: Ref;
  readonly nll: Ref;
}

function overLayers(
  density: Density,
  layers: readonly FactoredLayer[],
  rows: number,
  write: (pass: LayerPass) => void,
): StepProgram {
  const program = new StepProgramBuilder();
  const wanted = new Set(layers.map(({ layer }) => layer.path));
  const seen = new Map<string, { readonly x: Ref; readonly h: Ref }>();
  const { output, nll } = likelihoodAt(program, density, rows, realsOf(program, density), (source) => ({
    ...source,
    linear(b, layer, x) {
      const h = source.linear(b, layer, x);
      if (wanted.has(layer.path)) seen.set(layer.path, { x, h });
      return h;
    },
  }));
  write({ program, of: ({ layer }) => seen.get(layer.path)!, output, nll: program.graph.sum(nll) });
  return program.finish();
}

/** At the outputs of the layers, for the output of the network that the state says: J' e and J' L e of each row. */
function slopesOf(
  { program, of, output, nll }: LayerPass,
  density: Density,
  layers: readonly FactoredLayer[],
  rows: number,
): { readonly left: readonly Ref[]; readonly right: readonly Ref[] } {
  const b: GraphBuilder = program.graph;
  const unit = b.broadcast(program.state(outputSpec(density)), [rows, ...density.model.network.outputShape]);
  const at = layers.map((factored) => of(factored).h);
  return {
    left: pullback(b, output, unit, at),
    right: pullback(b, output, curvatureAlong(b, output, nll, unit), at),
  };
}

/** What each layer kind is in TensorFlow.js, by its name in the catalogue. */
import { sizeOf } from '../../base/host-array.ts';
import type { CheckedLayer } from '../../language/check/checked.ts';
import { windowsAlong, windowsOver } from '../../model/layers/window.ts';
import { array, call, id, type Js, literal, member, plainValue, tf } from '../target/javascript.ts';
import type { LibraryName } from './library.ts';
import type { Writer } from './writer.ts';

type EmitLayer = (writer: Writer, layer: CheckedLayer, x: Js, ...others: readonly Js[]) => Js;

/** `weights.linear('fc1', tf.matMul, x)`: the layer's linear map, with weights from whoever has them; `false` where there is no bias. */
function linear(map: (writer: Writer, layer: CheckedLayer) => Js): EmitLayer {
  return (writer, layer, x) => {
    const hasBias = layer.parameters.some((p) => p.role === 'bias');
    const rest = hasBias ? [] : [literal(false)];
    return call(member(id('weights'), 'linear'), literal(layer.path), map(writer, layer), x, ...rest);
  };
}

const elementwise =
  (name: string): EmitLayer =>
  (_writer, _layer, x) =>
    tf(name, x);

/** `tf.reshape(x, [-1, 7, 7, 16])`. */
const reshaped = (x: Js, shape: readonly number[]): Js =>
  tf('reshape', x, array([plainValue(-1), ...shape.map(literal)]));

const leakyRelu: EmitLayer = (_writer, { options }, x) => {
  const slope = Number(options.slope);
  return tf('add', tf('mul', x, literal(slope)), tf('mul', tf('relu', x), literal(1 - slope)));
};

const windows = (layer: CheckedLayer): Js => plainValue(windowsOver(layer.inputShape, layer.options));

const pool =
  (name: LibraryName): EmitLayer =>
  (writer, layer, x) =>
    call(writer.use(name), x, windows(layer));

export const layers: Readonly<Record<string, EmitLayer>> = {
  dense: linear(() => member(id('tf'), 'matMul')),
  conv2d: linear((writer, layer) => call(writer.use('convolution'), windows(layer))),
  conv1d: linear((writer, { inputShape, options }) =>
    call(writer.use('sequenceConvolution'), plainValue(windowsAlong(inputShape, options))),
  ),
  depthwise_conv2d: linear((writer, layer) => call(writer.use('depthwiseConvolution'), windows(layer))),
  max_pool: pool('maxPool'),
  avg_pool: pool('avgPool'),
  global_avg_pool: (_writer, { inputShape }, x) =>
    tf('mean', x, plainValue(inputShape.slice(0, -1).map((_, axis) => axis + 1))),
  flatten: (_writer, layer, x) => reshaped(x, [sizeOf(layer.inputShape)]),
  reshape: (_writer, layer, x) => reshaped(x, layer.outputShape),
  add: (_writer, _layer, first, ...others) => others.reduce((sum, next) => tf('add', sum, next), first),
  concat: (_writer, _layer, ...inputs) => tf('concat', array(inputs), plainValue(-1)),
  gate: (writer, _layer, x, mask) => call(writer.use('gate'), x, mask!),
  relu: elementwise('relu'),
  leaky_relu: leakyRelu,
  silu: (_writer, _layer, x) => tf('mul', x, tf('sigmoid', x)),
  gelu: (writer, _layer, x) => call(writer.use('gelu'), x),
  tanh: elementwise('tanh'),
  sigmoid: elementwise('sigmoid'),
  softplus: elementwise('softplus'),
  softmax: elementwise('softmax'),
  identity: (_writer, _layer, x) => x,
};

/**
 * In the catalogue, but refused by name: the hand-written part knows no parameters outside linear maps, no running statistics, no
 * noise of layers, and no start values for tables.
 */
export const layersRefused: readonly string[] = ['batch_norm', 'layer_norm', 'dropout', 'embedding'];

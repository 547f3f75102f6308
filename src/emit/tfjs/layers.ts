/** What each layer kind is in TensorFlow.js, by its name in the catalogue. */
import { sizeOf } from '../../base/host-array.ts';
import type { CheckedLayer } from '../../language/check/checked.ts';
import { windowsOver } from '../../model/layers/window.ts';
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

const windows = (layer: CheckedLayer): Js => plainValue(windowsOver(layer.inputShape, layer.options));

const pool =
  (name: LibraryName): EmitLayer =>
  (writer, layer, x) =>
    call(writer.use(name), x, windows(layer));

export const layers: Readonly<Record<string, EmitLayer>> = {
  dense: linear(() => member(id('tf'), 'matMul')),
  conv2d: linear((writer, layer) => call(writer.use('convolution'), windows(layer))),
  max_pool: pool('maxPool'),
  avg_pool: pool('avgPool'),
  global_avg_pool: (_writer, _layer, x) => tf('mean', x, array([plainValue(1), plainValue(2)])),
  add: (_writer, _layer, first, ...others) => others.reduce((sum, next) => tf('add', sum, next), first),
  flatten: (_writer, layer, x) => tf('reshape', x, array([plainValue(-1), literal(sizeOf(layer.inputShape))])),
  relu: elementwise('relu'),
  tanh: elementwise('tanh'),
  sigmoid: elementwise('sigmoid'),
  softplus: elementwise('softplus'),
  identity: (_writer, _layer, x) => x,
};

/** In the catalogue, but refused by name: the hand-written part has no state beside the weights, and so no running statistics. */
export const layersRefused: readonly string[] = ['batch_norm'];

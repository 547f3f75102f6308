/** What each layer kind is in TensorFlow.js, by its name in the catalogue. */
import { sizeOf } from '../../base/host-array.ts';
import type { CheckedLayer } from '../../language/check/checked.ts';
import { array, call, id, type Js, literal, member, plainValue, tf } from '../target/javascript.ts';

type EmitLayer = (layer: CheckedLayer, x: Js, ...others: readonly Js[]) => Js;

/** `weights.linear('fc1', tf.matMul, x)`: the layer's linear map, with weights from whoever has them. */
function linear(map: Js): EmitLayer {
  return (layer, x) => call(member(id('weights'), 'linear'), literal(layer.path), map, x);
}

const elementwise =
  (name: string): EmitLayer =>
  (_layer, x) =>
    tf(name, x);

export const layers: Readonly<Record<string, EmitLayer>> = {
  dense: linear(member(id('tf'), 'matMul')),
  add: (_layer, first, ...others) => others.reduce((sum, next) => tf('add', sum, next), first),
  flatten: (layer, x) => tf('reshape', x, array([plainValue(-1), literal(sizeOf(layer.inputShape))])),
  global_avg_pool: (_layer, x) => tf('mean', x, array([plainValue(1), plainValue(2)])),
  relu: elementwise('relu'),
  tanh: elementwise('tanh'),
  sigmoid: elementwise('sigmoid'),
  softplus: elementwise('softplus'),
  identity: (_layer, x) => x,
};

/** In the catalogue, but refused by name: the hand-written part has no state beside the weights. */
export const layersRefused: readonly string[] = ['batch_norm', 'conv2d', 'max_pool', 'avg_pool'];

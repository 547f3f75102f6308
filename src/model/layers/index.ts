/** The layer kinds that a network may use. A new kind: one file, one line here. */
import { registry } from '../../base/registry.ts';
import type { Layer } from '../layer.ts';
import { add } from './add.ts';
import { avgPool } from './avg-pool.ts';
import { batchNorm } from './batch-norm.ts';
import { concat } from './concat.ts';
import { conv1d } from './conv1d.ts';
import { conv2d } from './conv2d.ts';
import { dense } from './dense.ts';
import { depthwiseConv2d } from './depthwise-conv2d.ts';
import { dropout } from './dropout.ts';
import { embedding } from './embedding.ts';
import { flatten } from './flatten.ts';
import { gate } from './gate.ts';
import { gelu } from './gelu.ts';
import { globalAvgPool } from './global-avg-pool.ts';
import { identity } from './identity.ts';
import { layerNorm } from './layer-norm.ts';
import { leakyRelu } from './leaky-relu.ts';
import { maxPool } from './max-pool.ts';
import { relu } from './relu.ts';
import { reshape } from './reshape.ts';
import { sigmoid } from './sigmoid.ts';
import { silu } from './silu.ts';
import { softmax } from './softmax.ts';
import { softplus } from './softplus.ts';
import { tanh } from './tanh.ts';

export const layers = registry<Layer>([
  ...[dense, conv2d, conv1d, depthwiseConv2d, embedding],
  ...[batchNorm, layerNorm, dropout],
  ...[maxPool, avgPool, globalAvgPool, flatten, reshape],
  ...[add, concat, gate],
  ...[relu, leakyRelu, silu, gelu, tanh, sigmoid, softplus, softmax, identity],
]);

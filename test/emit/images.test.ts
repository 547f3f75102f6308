/** An emitted project on image files, packed and not, with rows split off, against the same run by the runtime. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunResult, readSafetensors } from '../../src/runtime/index.ts';
import { tinyImages } from '../helpers/workspace.ts';
import { compileTo, differences, type Loss, printedFigures, readLosses, runHere, STEPS } from './compare.ts';
import { linkPackages, type Started, startProject } from './project.ts';

const PROGRAM = `
/// Small images.
data tiny = idx("tiny") {
  x: image[4, 4, 1], scale = 1/255
  y: class[3]
  validation = split(train, 20%, seed = 2)
}
network net {
  input image[4, 4, 1]
  conv1 = conv2d(4, 3, padding = same); relu
  deep = depthwise_conv2d(3, padding = same, multiplier = 2); seen = leaky_relu(0.1)
  global_avg_pool; dense(8); mask = sigmoid
  gate(seen, mask)
  conv2 = conv2d(4, 2, stride = 2, padding = 1, bias = false)
  a = max_pool(2, stride = 1)
  b = avg_pool(3, stride = 1, padding = 1)
  sum = add(a, b)
  concat(sum, a); gelu
  reshape([4, 8]); conv1d(3, 2, padding = same); silu
  flatten; fc1 = dense(8, bias = false); softmax; fc2 = dense(3)
}
model sparse {
  *.weight ~ LogUniform()
  *.bias   ~ Flat()
  y ~ Categorical(logits = net(x))
}
guide {
  *.weight ~ Normal(sd = exp(-3))
  *.bias   ~ Delta()
}
run on tiny {
  dense_net = infer sgvb { epochs = 6, batch = 32, optimizer = adam(if epoch < 1 then 0.02 else 0.01), kl_weight = clamp(epoch / 4, 0.01, 1) }
  evaluate on test { error, error(validation), nll, ece, brier, samples = 4 }
  prune *.weight by snr lowest 50% from dense_net
  infer sgvb { steps = 30, batch = 32, optimizer = sgd(0.02, momentum = 0.9) }
  prune *.weight where log_alpha > 2
  evaluate on validation { error, nll, kept, of = mean }
  export safetensors
}
`;

/** Rows that are left for training. */
const ROWS = 120;

/** As in `trainer.test.ts`; found: 3e-6. */
const TOLERANCE = 1e-5;

const folder = mkdtempSync(join(tmpdir(), 'bprune-emit-images-'));
const project = join(folder, 'trainer');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function writeImages(): void {
  const [train, test] = [tinyImages(150, 5), tinyImages(60, 6)];
  const files = {
    'train-images-idx3-ubyte': train.images,
    'train-labels-idx1-ubyte.gz': gzipSync(train.labels),
    't10k-images.idx3-ubyte.gz': gzipSync(test.images),
    't10k-labels-idx1-ubyte': test.labels,
  };
  mkdirSync(join(folder, 'tiny'));
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, 'tiny', name), bytes);
}

describe('an emitted trainer on images', () => {
  let started: Started;
  let theirs: readonly Loss[];
  let ours: { readonly result: RunResult; readonly losses: readonly Loss[] };

  beforeAll(async () => {
    writeImages();
    const program = join(folder, 'main.bprune');
    writeFileSync(program, PROGRAM);
    await compileTo(program, project);
    linkPackages(project);
    // The last tensors show what a training leaves behind.
    const probe = `import { tf } from './lib/tensorflow.js';
import './trainer.js';
console.log('tensors', tf.memory().numTensors);
`;
    writeFileSync(join(project, 'probe.js'), probe);
    const args = ['--data', '../tiny', '--steps', String(STEPS), '--losses', 'losses.json'];
    started = startProject(project, args, 'probe.js');
    theirs = readLosses(join(project, 'losses.json'));
    ours = await runHere(program, join(folder, 'run'));
  });

  it('repeats the losses', () => {
    const worst = differences(ours.losses, theirs, ROWS);
    expect([...worst.keys()]).toEqual([1, 4]);
    for (const difference of worst.values()) expect(difference).toBeLessThan(TOLERANCE);
  });

  it('finds the same figures and prunes the same weights', () => {
    const figures = ours.result.steps.flatMap((s) => (s.step === 'evaluate' ? Object.entries(s.metrics) : []));
    const found = printedFigures(started.output);
    expect(found.map(([key]) => key)).toEqual(figures.map(([key]) => key));
    found.forEach(([key, value], i) => {
      expect(Math.abs(value - figures[i]![1]), key).toBeLessThan(1e-4);
    });
    const weights = (path: string) => readSafetensors(readFileSync(path), path).tensors;
    const [mine, other] = [folder, project].map((at, i) =>
      weights(join(at, i === 0 ? 'run' : '.', 'exports/weights.safetensors')),
    );
    for (const [name, { data }] of mine!) {
      expect([...other!.get(name)!.data].map((v) => v === 0)).toEqual([...data].map((v) => v === 0));
    }
  });

  it('keeps no tensor, however many steps it takes', () => {
    // One: the rate of the momentum optimizer, which TensorFlow.js itself does not free.
    expect(started.output).toMatch(/^tensors 1$/m);
  });
});

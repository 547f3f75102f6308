/** Optimizers against their recurrences as published, written out in float64, and against PyTorch where it has them. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { OptionValues } from '../../src/base/catalogue.ts';
import { realArray } from '../../src/base/host-array.ts';
import { reference } from '../../src/executors/reference/reference.ts';
import { optimizers } from '../../src/inference/index.ts';
import type { UpdateInputs } from '../../src/inference/optimizer.ts';
import { compileSchedule } from '../../src/language/evaluate/schedule.ts';
import { StepProgramBuilder } from '../../src/model/step-program.ts';
import { call, name, number } from '../helpers/models.ts';
import { real } from '../helpers/reference.ts';
import { evaluateSchedule } from '../helpers/schedules.ts';

const gradientsAt = (step: number) => [Math.sin(step + 1), 0.01 * Math.cos(3 * step), step === 0 ? 0 : 1e-6];
const STEPS = 50;

/** Parameters after each of `STEPS` updates. */
async function run(
  kind: string,
  options: OptionValues,
  rate = number(0.05),
  of: UpdateInputs['of'] = 'value',
): Promise<number[][]> {
  const optimizer = optimizers.get(kind)!;
  const program = new StepProgramBuilder();
  const type = realArray([3]).type;
  const slots = optimizer.slots(options);
  const read = (n: string) => program.state({ name: n, type, follows: null });
  const updated = optimizer.update(
    program.graph,
    {
      parameter: read('p'),
      of,
      prox: null,
      gradient: program.batch({ name: 'g', type }),
      slot: read,
      scalar: (s) => program.scalar(s),
    },
    options,
  );
  program.setState('p', updated.parameter);
  for (const slot of slots) program.setState(slot, updated.slots[slot]!);
  const scalars = optimizer.scalars(rate, options);
  const step = program.finish();
  const session = await reference.open(step.state);
  await session.write({ p: real([1, -1, 0.5]) });
  const compiled = await session.compile(step);
  const path: number[][] = [];
  for (let i = 0; i < STEPS; i++) {
    const values = Object.entries(scalars).map(([n, e]) => [n, evaluateSchedule(e, { step: i, epoch: i / 10 })]);
    await session.run(compiled, [
      { batch: { g: real(gradientsAt(i)) }, noise: {}, scalars: Object.fromEntries(values) },
    ]);
    path.push([...(await session.read(['p'])).p!.data]);
  }
  session.dispose();
  return path;
}

function expectSame(found: readonly number[][], expected: readonly number[][]) {
  // Both sides are float64 in different order of operations; 1e-12 is some thousand roundings.
  found.forEach((p, i) => {
    p.forEach((v, j) => {
      expect(Math.abs(v - expected[i]![j]!)).toBeLessThan(1e-12);
    });
  });
}

describe('adam', () => {
  it.each([{}, { beta1: 0.8, beta2: 0.95, epsilon: 1e-3 }])(
    'follows algorithm 1 of Kingma & Ba: %j',
    async (options) => {
      const { beta1, beta2, epsilon } = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, ...options };
      const p = [1, -1, 0.5];
      const m = [0, 0, 0];
      const v = [0, 0, 0];
      const expected = Array.from({ length: STEPS }, (_, i) => {
        const g = gradientsAt(i);
        const t = i + 1;
        for (let j = 0; j < 3; j++) {
          m[j] = beta1 * m[j]! + (1 - beta1) * g[j]!;
          v[j] = beta2 * v[j]! + (1 - beta2) * g[j]! ** 2;
          p[j]! -= (0.05 * (m[j]! / (1 - beta1 ** t))) / (Math.sqrt(v[j]! / (1 - beta2 ** t)) + epsilon);
        }
        return [...p];
      });
      expectSame(await run('adam', options), expected);
    },
  );

  it('has scalars that the language evaluates', () => {
    const scalars = optimizers.get('adam')!.scalars(call('sqrt', name('epoch')), {});
    for (const expr of Object.values(scalars)) {
      const at = compileSchedule(expr);
      for (const step of [0, 9, 5000]) {
        const epoch = step / 10;
        expect(at({ step, epoch })).toBeCloseTo(evaluateSchedule(expr, { step, epoch }), 14);
      }
    }
  });

  it('reads its rate at every step', async () => {
    const moving = await run('adam', {}, call('sqrt', name('epoch')));
    expect(moving[0]).toEqual([1, -1, 0.5]);
    expect(moving[1]).not.toEqual(moving[0]);
  });
});

describe('sgd', () => {
  it.each([
    { momentum: 0, nesterov: false },
    { momentum: 0.9, nesterov: false },
    { momentum: 0.9, nesterov: true },
  ])('follows the recurrence of PyTorch: %j', async (options) => {
    const p = [1, -1, 0.5];
    const u = [0, 0, 0];
    const expected = Array.from({ length: STEPS }, (_, i) => {
      gradientsAt(i).forEach((g, j) => {
        u[j] = options.momentum * u[j]! + g;
        p[j]! -= 0.05 * (options.nesterov ? g + options.momentum * u[j]! : u[j]!);
      });
      return [...p];
    });
    expectSame(await run('sgd', options), expected);
  });
});

describe('adagrad', () => {
  const path = (decay: number, epsilon: number) => {
    const p = [1, -1, 0.5];
    const a = [0, 0, 0];
    return Array.from({ length: STEPS }, (_, i) => {
      gradientsAt(i).forEach((g, j) => {
        a[j] = decay === 1 ? a[j]! + g * g : i === 0 ? g * g : decay * a[j]! + (1 - decay) * g * g;
        p[j]! -= (0.05 * g) / (epsilon + Math.sqrt(a[j]!));
      });
      return [...p];
    });
  };
  it('sums the squares as Duchi, Hazan & Singer do', async () => {
    expectSame(await run('adagrad', {}), path(1, 1e-6));
  });

  it('forgets them at the given rate, the first square counting whole', async () => {
    expectSame(await run('adagrad', { decay: 0.9, epsilon: 1e-4 }), path(0.9, 1e-4));
  });

  it('has scalars that the language evaluates', () => {
    const share = compileSchedule(optimizers.get('adagrad')!.scalars(number(1), { decay: 0.9 })['adagrad.share']!);
    expect([0, 1, 7].map((step) => share({ step, epoch: step / 10 }))).toEqual([1, 1 - 0.9, 1 - 0.9]);
  });
});

describe('rmsprop', () => {
  it.each([
    { decay: 0.99, momentum: 0, epsilon: 1e-8 },
    { decay: 0.9, momentum: 0.7, epsilon: 1e-3 },
  ])('follows the recurrence of PyTorch: %j', async (options) => {
    const { decay, momentum, epsilon } = options;
    const p = [1, -1, 0.5];
    const [v, u] = [
      [0, 0, 0],
      [0, 0, 0],
    ];
    const expected = Array.from({ length: STEPS }, (_, i) => {
      gradientsAt(i).forEach((g, j) => {
        v[j] = decay * v[j]! + (1 - decay) * g * g;
        u[j] = momentum * u[j]! + g / (Math.sqrt(v[j]!) + epsilon);
        p[j]! -= 0.05 * u[j]!;
      });
      return [...p];
    });
    expectSame(await run('rmsprop', options), expected);
  });
});

describe('lion', () => {
  it.each([
    { beta1: 0.9, beta2: 0.99, weight_decay: 0 },
    { beta1: 0.8, beta2: 0.95, weight_decay: 0.3 },
  ])('follows algorithm 2 of Chen et al.: %j', async (options) => {
    const { beta1, beta2, weight_decay: decay } = options;
    const p = [1, -1, 0.5];
    const m = [0, 0, 0];
    const expected = Array.from({ length: STEPS }, (_, i) => {
      gradientsAt(i).forEach((g, j) => {
        p[j]! -= 0.05 * (Math.sign(beta1 * m[j]! + (1 - beta1) * g) + decay * p[j]!);
        m[j] = beta2 * m[j]! + (1 - beta2) * g;
      });
      return [...p];
    });
    expectSame(await run('lion', options), expected);
  });
});

describe('weight decay', () => {
  it.each(['adamw', 'lion'])('of %s leaves spreads alone', async (kind) => {
    const spread = await run(kind, { weight_decay: 0.5 }, undefined, 'spread');
    const without = await run(kind, { weight_decay: 0 });
    expectSame(spread, without);
  });
});

interface PyTorch {
  readonly steps: readonly number[];
  readonly optimizers: readonly {
    readonly optimizer: string;
    readonly options: OptionValues;
    readonly points: readonly number[][];
  }[];
}

describe('PyTorch', () => {
  const pytorch = JSON.parse(readFileSync(new URL('optimizers.json', import.meta.url), 'utf8')) as PyTorch;
  it.each(pytorch.optimizers)('takes the same path: $optimizer, $options', async ({ optimizer, options, points }) => {
    const path = await run(optimizer, options);
    expectSame(
      pytorch.steps.map((n) => path[n - 1]!),
      points,
    );
  });
});

/** Densities and criteria of a program's own, from the command line: trained with by every kind of engine, and the same as the language's where the formula is. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TINY_PROGRAM, type Workspace, workspace, writeTinyImages } from '../helpers/workspace.ts';

const HEAD = TINY_PROGRAM.slice(0, TINY_PROGRAM.indexOf('model'));
const BELL = 'density Bell(x | s) { log = -0.5 * (x / s) ^ 2 - log(s) - 0.5 * log(2 * pi) }\n';
const modelWith = (prior: string) => `model m { * ~ ${prior}; y ~ Categorical(logits = net(x)) }\n`;
const INFER = `
run on tiny {
  infer map { epochs = 3, batch = 64, optimizer = adam(0.01) }
  at_point = evaluate on test { error, nll }
  infer svgd { particles = 3, epochs = 3, batch = 64, optimizer = adam(0.01) }
  swarm = evaluate on test { error, nll }
  infer sgvb { epochs = 3, batch = 64, optimizer = adam(0.01) }
  spread = evaluate on test { error, nll, samples = 5 }
}
`;

let space: Workspace;
beforeAll(() => {
  space = workspace();
  writeTinyImages(space);
  space.write('language.bprune', HEAD + modelWith('Normal(0, 0.5)') + INFER);
  space.write('own.bprune', HEAD + BELL + modelWith('Bell(0.5)') + INFER);
});
afterAll(() => space.remove());

interface Document {
  steps: { metrics: Record<string, number> }[];
}

async function stepsOf(file: string): Promise<Document['steps']> {
  const { code, stdout, stderr } = await space.run('run', file, '--out', file.replace('.bprune', ''), '--json');
  expect(stderr).not.toContain('BP');
  expect(code).toBe(0);
  return (JSON.parse(stdout) as Document).steps;
}

describe('a density of the program with the formula of one of the language', () => {
  it('trains to the same losses under map and svgd, and to as good a posterior under sgvb', async () => {
    const [known, own] = [await stepsOf('language.bprune'), await stepsOf('own.bprune')];
    // Float32 sums in another order, through a few dozen steps.
    for (const [step, metric] of [
      [0, 'loss'],
      [1, 'nll'],
      [2, 'loss'],
      [3, 'nll'],
    ] as const) {
      const [a, b] = [known[step]!.metrics[metric]!, own[step]!.metrics[metric]!];
      expect(Math.abs(a / b - 1)).toBeLessThan(1e-3);
    }
    // The divergence is a closed form here and a draw there: other gradients, the same target.
    expect(own[5]!.metrics.error).toBeLessThan(0.1);
    expect(Math.abs(known[4]!.metrics.kl! / own[4]!.metrics.kl! - 1)).toBeLessThan(0.2);
  });
});

describe('a criterion of the program with the formula of one of the language', () => {
  it('prunes the very same weights', async () => {
    const declaration = 'criterion mine = abs(mean(weight)) / max(sd(weight), 1e-30)\n';
    const steps = `
run on tiny {
  trained = infer sgvb { epochs = 2, batch = 64, optimizer = adam(0.01) }
  prune *.weight by snr lowest 60%
  evaluate on test { error, nll, kept, of = mean }
  prune *.weight by mine lowest 60% from trained
  evaluate on test { error, nll, kept, of = mean }
}
`;
    space.write('criterion.bprune', HEAD + declaration + modelWith('Normal(0, 0.5)') + steps);
    const [, , known, , own] = await stepsOf('criterion.bprune');
    expect(own!.metrics).toEqual(known!.metrics);
    expect(own!.metrics.kept).toBeCloseTo(0.4, 2);
  });
});

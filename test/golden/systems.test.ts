/**
 * Programs for published methods, most of which this version cannot run yet. None has a mistake, before and after it is formatted;
 * beside it lies what is not available yet, which grows shorter as the language grows.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../src/base/diagnostic.ts';
import { sizeOf } from '../../src/base/host-array.ts';
import { positionAt } from '../../src/base/span.ts';
import { format } from '../../src/language/index.ts';
import { checkText, expectAccepted, filesBelow, filesBeside } from '../helpers/golden.ts';

const FOLDER = join(import.meta.dirname, 'systems');

function line(d: Diagnostic, sources: ReadonlyMap<string, string>): string {
  const { source, start } = d.span!;
  const at = positionAt({ name: source, text: sources.get(source)! }, start);
  return `${d.severity} ${d.code} ${source}:${at.line}:${at.column} ${d.message}`;
}

describe('programs for published methods', () => {
  it.each(filesBelow(FOLDER, '.bprune'))('%s', (file) => {
    const text = readFileSync(join(FOLDER, file), 'utf8');
    const { result, diagnostics, sources } = checkText(file, text, {}, undefined, filesBeside(FOLDER));
    expect(diagnostics.filter((d) => d.severity === 'error').map((d) => `${d.code} ${d.message}`)).toEqual([]);
    const runs = `runs: ${result.runs.map((r) => r.name).join(', ') || 'none'}; not yet: ${result.unfinished.join(', ') || 'none'}`;
    const told = [runs, ...diagnostics.map((d) => line(d, sources))].join('\n');
    expectAccepted(join(FOLDER, file.replace(/bprune$/, 'expected')), `${told}\n`);
  });

  it.each(filesBelow(FOLDER, '.bprune'))('%s says the same when it is formatted', (file) => {
    const text = readFileSync(join(FOLDER, file), 'utf8');
    const told = (program: string) =>
      checkText(file, program, {}, undefined, filesBeside(FOLDER)).diagnostics.map((d) => `${d.code} ${d.message}`);
    const { text: formatted, diagnostics } = format({ name: file, text });
    expect(diagnostics).toEqual([]);
    expect(told(formatted!)).toEqual(told(text));
  });
});

const dense = (inputs: number, outputs: number) => (inputs + 1) * outputs;
const conv = (inputs: number, filters: number) => (5 * 5 * inputs + 1) * filters;
const batchNorm = (features: number) => 2 * features;
const MNIST = 28 * 28;
/** Two 5 x 5 convolutions and pools leave 4 x 4 of 28 x 28. */
const FLAT = 4 * 4 * 50;

describe('networks of the programs', () => {
  it.each([
    ['common', 'lenet300', 'mnist', dense(MNIST, 300) + dense(300, 100) + dense(100, 10)],
    ['common', 'mlp400', 'mnist', dense(MNIST, 400) + dense(400, 400) + dense(400, 10)],
    ['common', 'lenet5', 'mnist', conv(1, 20) + conv(20, 50) + dense(FLAT, 500) + dense(500, 10)],
    [
      ...(['common', 'lenet5_bn', 'mnist'] as const),
      conv(1, 20) + batchNorm(20) + conv(20, 50) + batchNorm(50) + dense(FLAT, 500) + dense(500, 10),
    ],
    ['common', 'hidden50', 'thirteen', dense(13, 50) + dense(50, 1)],
    ['edge-selection', 'narrow', 'wide', dense(200, 7) + 2 * dense(7, 7) + dense(7, 1)],
    ['horseshoe', 'hidden5', 'eight', dense(8, 5) + dense(5, 1)],
    ['horseshoe', 'hidden50', 'eight', dense(8, 50) + dense(50, 1)],
    [
      ...(['instance-masks', 'masked5', 'mnist'] as const),
      conv(1, 20) + dense(20, 20) + conv(20, 50) + dense(50, 50) + dense(FLAT, 10),
    ],
    ['statistics-first', 'linear3', 'line', dense(3, 1)],
  ])('%s: %s has its parameters', (file, network, data, parameters) => {
    const text = `import "${file}.bprune"
data wide = simulate(n = 20) { x: real[200] ~ Normal(0, 1); y: real ~ Normal(0, 1) }
data thirteen = simulate(n = 20) { x: real[13] ~ Normal(0, 1); y: real ~ Normal(0, 1) }
data eight = simulate(n = 20) { x: real[8] ~ Normal(0, 1); y: real ~ Normal(0, 1) }
model classes(net) { * ~ Normal(0, 1); y ~ Categorical(logits = net(x)) }
model numbers(net) { * ~ Normal(0, 1); y ~ Normal(net(x), 1) }
run counted for ${data === 'mnist' ? 'classes' : 'numbers'}(${network}) on ${data} { infer map { epochs = 1 } }`;
    const { result } = checkText('counted.bprune', text, {}, undefined, filesBeside(FOLDER));
    const [step] = result.runs.find((r) => r.name === 'counted')!.steps;
    if (step?.kind !== 'infer') throw new Error('the program has no inference');
    const all = step.model.network.layers.flatMap((l) => l.parameters);
    expect(all.reduce((sum, p) => sum + sizeOf(p.shape), 0)).toBe(parameters);
  });
});

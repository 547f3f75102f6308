/**
 * `npm run bench:language`: what a person waits for while writing. Parse and check of a program of 1,000 lines in a warm process,
 * and `bprune check` of a small file from the start of the process. Medians; writes LANGUAGE.md.
 */
import { writeFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { check, dataRequests, parse } from '../../src/language/index.ts';
import { catalogue } from '../../src/runtime/catalogue.ts';
import { run } from './process.ts';
import { median } from './statistics.ts';

const LINES = 1000;
const ROUNDS = 20;
/** Milliseconds that are promised. */
const PROMISED = { front: 100, command: 400 };
const REPOSITORY = resolve(import.meta.dirname, '../..');

/** Constants, networks with branches, models with overrides and runs, until there are as many lines as wanted. */
export function longProgram(lines: number): string {
  const text = ['data d = simulate(n = 500, test = 100, seed = 1) {', '  x: real[4] ~ Normal(0, 1)'];
  text.push('  y: real ~ Normal(2 * x[1] - x[3], 0.5)', '}');
  for (let i = 1; text.length + 26 <= lines; i++) text.push(...part(i));
  while (text.length < lines) text.push(`const rest_${text.length} = ${text.length}`);
  return `${text.join('\n')}\n`;
}

function part(i: number): readonly string[] {
  return [
    `const width_${i} = ${8 + (i % 5)}`,
    `def warm_${i}(e) = clamp((e - 1) / 5, 0, 1)`,
    `network net_${i} {`,
    '  input real[4]',
    `  a = dense(width_${i})`,
    '  relu',
    `  b = dense(width_${i}) from a`,
    '  add(a, b)',
    '  relu',
    '  out = dense(1)',
    '}',
    `model m_${i} {`,
    '  *.weight ~ Normal(0, 1 / sqrt(layer.inputs))',
    '  *.bias ~ Flat()',
    '  override out.weight ~ Laplace(0, 0.5)',
    `  y ~ Normal(net_${i}(x), 0.5)`,
    '}',
    `run r_${i} for m_${i} on d {`,
    `  infer sgvb { epochs = 5, batch = 50, optimizer = adam(1e-3), kl_weight = warm_${i}(epoch) }`,
    '  full = evaluate on test { rmse, nll, samples = 5 }',
    '  prune *.weight by snr lowest 50%',
    '  cut = evaluate on test { rmse, kept }',
    '  require cut.rmse <= full.rmse + 0.1',
    '  export safetensors',
    '}',
    '',
  ];
}

/** Milliseconds of one reading of the whole program. */
function frontEnd(text: string): number {
  const started = performance.now();
  const { program, diagnostics } = parse({ name: 'long.bprune', text });
  const { requests } = dataRequests(program, catalogue, new Map());
  const facts = new Map(requests.map((r) => [r.name, { rows: { train: 500, test: 100 } }]));
  const result = check(program, { catalogue, facts, overrides: new Map() });
  const took = performance.now() - started;
  const wrong = [...diagnostics, ...result.diagnostics].find((d) => d.severity === 'error');
  if (wrong !== undefined) throw new Error(`${wrong.code} ${wrong.message}`);
  return took;
}

async function command(): Promise<number> {
  const args = [
    join(REPOSITORY, 'dist/bprune.js'),
    'check',
    join(REPOSITORY, 'examples/linear-regression/main.bprune'),
  ];
  const started = performance.now();
  const { code, error } = await run({ file: process.execPath, args }, 60);
  if (code !== 0) throw new Error(error);
  return performance.now() - started;
}

async function measure() {
  const text = longProgram(LINES);
  for (let i = 0; i < 5; i++) frontEnd(text);
  const front = Array.from({ length: ROUNDS }, () => frontEnd(text));
  const started: number[] = [];
  for (let i = 0; i < ROUNDS; i++) started.push(await command());
  return { front, started };
}

const row = (what: string, times: readonly number[], promised: number) =>
  `| ${what} | ${median(times).toFixed(0)} | ${Math.min(...times).toFixed(0)} - ${Math.max(...times).toFixed(0)} | ${promised} |`;

const load = loadavg()[0]!;
const { front, started } = await measure();
const page = `# How fast the language is

Written by \`npm run bench:language\`: medians of ${ROUNDS}, in milliseconds, node ${process.versions.node}; load ${load.toFixed(1)} on ${availableParallelism()} cores before it began. With more load than cores the times are those of a crowded machine: the fastest then says more than the median.

| | ms | spread | at most |
|---|---|---|---|
${row(`parse and check of ${LINES.toLocaleString('en-US')} lines, warm`, front, PROMISED.front)}
${row('`bprune check` of a small file, from the start of the process', started, PROMISED.command)}
`;
writeFileSync(join(import.meta.dirname, 'LANGUAGE.md'), page);
process.stdout.write(page);

/**
 * The front end by itself, for `language.ts`, which bundles this file as the command line is bundled and runs it in a process of
 * its own: parses and checks a program of so many lines to get warm, then so often again, and prints the milliseconds of the
 * latter as a JSON list.
 */
import { check, dataRequests, parse } from '../../src/language/index.ts';
import { catalogue } from '../../src/runtime/catalogue.ts';

/** Constants, networks with branches, models with overrides and runs, until there are as many lines as wanted. */
function longProgram(lines: number): string {
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

const [lines = 0, warmUp = 0, rounds = 0] = process.argv.slice(2).map(Number);
const text = longProgram(lines);
for (let i = 0; i < warmUp; i++) frontEnd(text);
process.stdout.write(JSON.stringify(Array.from({ length: rounds }, () => frontEnd(text))));

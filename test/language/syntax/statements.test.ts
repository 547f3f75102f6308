/** The trees of what models, runs and options hold beside sites and the five steps of a first program. */
import { describe, expect, it } from 'vitest';
import type { Expr } from '../../../src/base/expr.ts';
import type { Declaration, ModelLine, Program, Selector, Step } from '../../../src/language/syntax/ast.ts';
import { parse } from '../../../src/language/syntax/parse.ts';
import { program, show, showSelectors } from './helpers.ts';

const { program: tree, diagnostics } = parse({ name: 'p', text: program('whole') });

function all<K extends Declaration['kind']>(kind: K, from: Program = tree): Extract<Declaration, { kind: K }>[] {
  return from.declarations.filter((d): d is Extract<Declaration, { kind: K }> => d.kind === kind);
}

function plate(groups: readonly (Expr | Selector)[]): string {
  const shown = groups.map((g) =>
    g.kind === 'selector' ? showSelectors({ include: [g], except: [], span: g.span }) : show(g),
  );
  return shown.length === 0 ? '' : `[${shown.join(', ')}]`;
}

/** Rewrites a line or step in one form, so that tests read like the language. */
function showLine(line: ModelLine): string {
  switch (line.kind) {
    case 'site': {
      const per = line.per === null ? '' : ` per ${line.per.name}`;
      return `${showSelectors(line.target)} ~ ${show(line.distribution)}${per}`;
    }
    case 'gate':
      return `gate ${showSelectors(line.groups)} with ${show(line.value)}`;
    case 'param': {
      const { range } = line;
      const ends = range === null ? '' : `${show(range.low)}, ${show(range.high)}`;
      const interval = range === null ? '' : ` in ${range.lowClosed ? '[' : '('}${ends}${range.highClosed ? ']' : ')'}`;
      return `param ${line.name.name}${plate(line.groups)} = ${show(line.value)}${interval}`;
    }
    case 'quantity':
      return `${line.name.name}${plate(line.groups)} = ${show(line.value)}`;
    case 'factor':
      return `factor ${show(line.value)}`;
    case 'error':
      return '<error>';
  }
}

const kinds = (steps: readonly Step[]) =>
  steps.map((s) => ('name' in s && s.name !== null ? `${s.name.name} = ${s.kind}` : s.kind));

describe('declarations', () => {
  it('are read without a complaint', () => {
    expect(diagnostics.map((d) => `${d.code} ${d.message}`)).toEqual([]);
    expect(tree.declarations.map((d) => d.kind)).toEqual([
      ...['import', 'density', 'criterion', 'criterion', 'steps', 'data', 'model', 'model', 'run'],
    ]);
  });

  it('of imports hold the path', () => {
    expect(all('import').map((d) => d.path)).toEqual(['shared.bprune']);
  });

  it('of densities and criteria hold their terms', () => {
    const [density] = all('density');
    expect([density!.name.name, density!.variable.name, density!.parameters.map((p) => p.name.name)]).toEqual([
      ...['Hyperbolic', 'x', ['s']],
    ]);
    const terms = (d: typeof density | ReturnType<typeof all<'criterion'>>[number]) =>
      d!.terms.map((t) => (t.kind === 'term' ? `${t.name.name} = ${show(t.value)}` : t.kind));
    expect(terms(density!)).toEqual(['log = ((- log((pi * s))) - log(cosh((x / s))))', 'support = real']);
    const [robust, shifted] = all('criterion');
    expect([show(robust!.value!), robust!.terms]).toEqual(['(abs(mean(weight)) / (sd(weight) + 1e-8))', []]);
    expect([shifted!.value, shifted!.parameters.map((p) => p.name.name), terms(shifted!)]).toEqual([
      null,
      ['t'],
      [
        'e = relu_mean(bn.shift, abs(bn.scale))',
        'score = mean(over(abs((e * sum(over(next.weight, kernel)))), next.output))',
      ],
    ]);
  });

  it('of steps hold steps', () => {
    const [train] = all('steps');
    expect(train!.parameters.map((p) => `${p.name.name} = ${show(p.default!)}`)).toEqual(['e = 20', 'lr = 0.05']);
    expect(kinds(train!.steps)).toEqual(['infer']);
  });

  it('of models hold their parent', () => {
    expect(all('model').map((m) => (m.parent === null ? null : show(m.parent)))).toEqual([
      'classifier(net, Normal(0, 1))',
      null,
    ]);
  });
});

describe('lines of models', () => {
  it('keep plates, ranges and signs', () => {
    expect(all('model')[1]!.lines.map(showLine)).toEqual([
      'param theta[fc1.unit, fc2.unit] = 0.5 in [0, 1)',
      'param lambda[conv*.column] = 0 in (0, inf]',
      'z[fc1.unit] ~ Bernoulli(theta)',
      'gate fc1.unit, fc2.unit with z',
      'conv*.weight ~ GroupLaplace(1) per filter',
      'r[fc1.unit] = (((sqrt(c2) * s) * tau) / sqrt((c2 + ((s * tau) ^ 2))))',
      'out = net(x)',
      'factor (- (polar(out.m1) + polar(out.m2)))',
      'y ~ Categorical(logits = out)',
    ]);
  });
});

describe('steps', () => {
  const { steps } = all('run')[0]!;
  const at = <K extends Step['kind']>(kind: K) => steps.filter((s): s is Extract<Step, { kind: K }> => s.kind === kind);

  it('have their kinds and names', () => {
    expect(kinds(steps)).toEqual([
      ...['value', 'full = value', 'best = value', 'pre = rewrite', 'chain = infer', 'path = sweep', 'wide = sweep'],
      ...['for', 'repeat', 're_estimate', 'quantise', 'fix', 'fix', 'grow', 'compare', 'require'],
    ]);
  });

  it('that change a state say what and how', () => {
    const [rewrite] = at('rewrite');
    expect([showSelectors(rewrite!.layers), show(rewrite!.as)]).toEqual(['fc1, conv*', 'rescaled(0.1)']);
    const [quantise] = at('quantise');
    expect([showSelectors(quantise!.groups), show(quantise!.by)]).toEqual(['*.weight', 'bits(8)']);
    const fixes = at('fix').map((f) => [f.target.name, f.of === null ? null : showSelectors(f.of), show(f.value)]);
    expect(fixes).toEqual([
      ['gate', 'conv*.filter', 'hard_case_mask'],
      ['z', null, '1'],
    ]);
    expect(steps.flatMap((s) => (s.kind === 're_estimate' ? [s.what.name] : []))).toEqual(['batch_norm']);
    expect(at('compare')[0]!.criteria.map(show)).toEqual(['magnitude', 'random', 'dense']);
    const [call, named] = at('value');
    expect([show(call!.value), named!.from?.name]).toEqual(['train(20)', 'init']);
  });

  it('that hold steps keep them', () => {
    const [forks, drawn] = at('sweep');
    const axes = (s: typeof forks) => s!.axes.map((a) => `${a.name.name} ${a.sign} ${show(a.value)}`);
    expect(axes(forks)).toEqual(['p in [Normal(0, 1), Mixture(0.75: Normal(0, 1), 0.25: narrow)]', 'seed in (1 .. 5)']);
    expect([kinds(forks!.steps), forks!.condition]).toEqual([['prune', 'evaluate'], null]);
    expect([axes(drawn), show(drawn!.condition!)]).toEqual([
      ['a ~ Integer(3, 20)', 'count = 100'],
      '(in_band(a) and (a > 3))',
    ]);
    const [loop] = at('for');
    expect([loop!.variable.name, show(loop!.values), kinds(loop!.steps)]).toEqual([
      'l',
      '[conv1, conv2]',
      ['prune', 'attempt'],
    ]);
    const attempt = loop!.steps[1]!;
    expect(attempt.kind === 'attempt' && [kinds(attempt.steps), show(attempt.condition)]).toEqual([
      ['compensate'],
      '(error(validation) <= before)',
    ]);
    const [repeat] = at('repeat');
    expect([show(repeat!.count), kinds(repeat!.steps)]).toEqual(['14', ['mask = rewind', 'initialise']]);
  });

  it('have options for single sites, and what happens while they train', () => {
    const { options } = at('infer')[0]!;
    expect(options!.settings.map((s) => s.name.name)).toEqual(['epochs', 'batch']);
    const one = (s: Selector) => showSelectors({ include: [s], except: [], span: s.span });
    expect(options!.ofSites.map((o) => `${o.name.name} of ${one(o.site)} = ${show(o.value)}`)).toEqual([
      'optimizer of * = adam(0.001)',
      'optimizer of theta = proximal(sgd(0.001))',
      'estimator of z = gumbel(0.5, hard)',
    ]);
    expect(options!.moves.map((m) => [m.target.name, m.sign, show(m.value), show(m.period)])).toEqual([
      ['lambda', '=', '(lambda + push(rank(norm(mean(weight), 1)), (0.9p * size)))', '1 steps'],
      ['z', 'by', 'gibbs', '1 epochs'],
    ]);
    expect(options!.every.map((e) => [show(e.period), kinds(e.steps)])).toEqual([
      ['1 epochs', ['prune']],
      ['100 steps', ['prune']],
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import type { RunResult } from '../../../src/runtime/index.ts';
import { toJson } from '../../../src/runtime/index.ts';
import { presentResult, requirementText, resultDocument } from '../../../src/tools/cli/present.ts';

type Step = RunResult['steps'][number];

const step = (parts: Partial<Step> & Pick<Step, 'step' | 'text'>): Step => ({
  name: null,
  metrics: {},
  se: {},
  details: {},
  requirement: null,
  latents: [],
  params: [],
  ...parts,
});

const requirement = { text: 'full.error <= 2%', held: false, found: { 'full.error': 0.0312 } };

const result: RunResult = {
  status: 'finished',
  path: '/runs/mnist',
  seconds: 200.4,
  steps: [
    step({ step: 'infer', text: 'infer sgvb { epochs = 2 }', metrics: { nll: 0.0712345, kl: 1234.5 } }),
    step({
      step: 'evaluate',
      name: 'full',
      text: 'full = evaluate on test { error, compression }',
      metrics: { error: 0.0312, 'error(validation)': 0.03, compression: 68.04 },
      se: { error: 0.0017 },
      details: { draws: 1, notes: ['one draw'] },
    }),
    step({ step: 'require', text: 'require full.error <= 2%', requirement }),
    step({ step: 'export', text: 'export safetensors', details: { files: ['exports/weights.safetensors'] } }),
  ],
  requirements: [requirement],
  tables: [],
};

describe('presentResult', () => {
  it('shows the latents of an inference, the first twenty of many', () => {
    const latents = Array.from({ length: 22 }, (_, i) => ({ name: `l${i + 1}`, mean: 1.5, sd: 0.25, low: 1, high: 2 }));
    const of = (n: number) =>
      presentResult({ ...result, steps: [step({ step: 'infer', text: 'infer sgvb', latents: latents.slice(0, n) })] });
    expect(of(2)).toContain(`infer sgvb

  latent  mean  sd    5 %  95 %
  l1      1.5   0.25  1    2
  l2      1.5   0.25  1    2
`);
    expect(of(22)).toContain('l20');
    expect(of(22)).not.toContain('l21');
    expect(of(22)).toContain('and 2 more latents, with these in run.json');
  });

  it('shows the values of `param`s, and of those with a plate between which numbers they lie', () => {
    const noise = { name: 'noise', count: 1, mean: 0.5, least: 0.5, greatest: 0.5 };
    const plate = { name: 'tau[fc1.input]', count: 4, mean: 1.5, least: 0.25, greatest: 2 };
    const of = (params: Step['params']) =>
      presentResult({ ...result, steps: [step({ step: 'infer', text: 'infer sgvb', params })] });
    expect(of([noise])).toContain(`infer sgvb

  param  value
  noise  0.5
`);
    expect(of([noise, plate])).toContain(`
  param           mean  least  greatest
  noise           0.5
  tau[fc1.input]  1.5   0.25   2
`);
  });

  it('shows a table for each sweep, a line for each job, and passes over those within another loop', () => {
    const table = {
      ...({ name: 'path', loop: 'sweep', outermost: true, variables: ['share'], metrics: ['error'] } as const),
      rows: [
        { values: { share: '50%' }, metrics: { error: 0.02 }, se: { error: 0.001 } },
        { values: { share: '7%' }, metrics: null, se: {} },
      ],
    };
    const text = presentResult({ ...result, tables: [table, { ...table, name: 'inner', outermost: false }] });
    expect(text).toContain(`path
     share  error
  1  50%    2.00 % +- 0.10 %
  2  7%
`);
    expect(text).not.toContain('inner');
  });

  it('shows a block for each step, figures in the form of their metric, requirements, and where it all is', () => {
    expect(presentResult(result)).toBe(
      [
        'infer sgvb { epochs = 2 }',
        '  nll  0.071235',
        '  kl   1234.5',
        '',
        'full = evaluate on test { error, compression }',
        '  error              3.12 % +- 0.17 %',
        '  error(validation)  3.00 %',
        '  compression        68.0 x',
        '  note: one draw',
        '',
        'export safetensors',
        '  wrote exports/weights.safetensors',
        '',
        'FAILED require full.error <= 2%   (full.error = 3.12 %)',
        '',
        'Weights are counted without biases; compression = all weights / kept weights.',
        'Figures on data are of the posterior-predictive average, +- one standard error over the rows.',
        '',
        'finished in 3 min 20 s: /runs/mnist',
        '',
      ].join('\n'),
    );
  });

  it('explains only figures that are there', () => {
    const training = presentResult({ ...result, steps: result.steps.slice(0, 1), requirements: [] });
    expect(training).not.toMatch(/compression|posterior-predictive/);
  });

  it('says what is infinite or missing in place of a number', () => {
    const steps = [step({ step: 'evaluate', text: 'e', metrics: { compression: Infinity, nll: Number.NaN } })];
    expect(presentResult({ ...result, steps, requirements: [] })).toMatch(/compression {2}Infinity\n {2}nll {10}NaN\n/);
  });
});

describe('requirementText', () => {
  it('reads a standard error in the form of its metric, and truth values as words', () => {
    const found = { 'full.error.se': 0.0017, 'full.nll': 0.25, good: true };
    expect(requirementText({ text: 't', held: true, found })).toBe(
      't   (full.error.se = 0.17 %, full.nll = 0.25, good = true)',
    );
    expect(requirementText({ text: '1 < 2', held: true, found: {} })).toBe('1 < 2');
  });
});

describe('resultDocument', () => {
  it('is one JSON document: run, seconds, steps with their metrics, requirements', () => {
    const document = JSON.parse(toJson(resultDocument(result)));
    expect(Object.keys(document)).toEqual(['run', 'status', 'seconds', 'steps', 'requirements', 'tables']);
    expect(document).toMatchObject({ run: '/runs/mnist', status: 'finished', seconds: 200.4 });
    expect(document.steps.map((s: Step) => s.step)).toEqual(['infer', 'evaluate', 'require', 'export']);
    expect(document.steps[1]).toMatchObject({ name: 'full', metrics: { error: 0.0312 }, se: { error: 0.0017 } });
    expect(document.requirements).toEqual([requirement]);
    expect(document.steps[2].requirement).toEqual(requirement);
    expect(document.steps[0]).not.toHaveProperty('requirement');
  });

  it('keeps infinite and missing numbers visible', () => {
    const steps = [step({ step: 'prune', text: 'p', metrics: { compression: Infinity, a: Number.NaN } })];
    const document = JSON.parse(toJson(resultDocument({ ...result, steps })));
    expect(document.steps[0].metrics).toEqual({ compression: 'Infinity', a: 'NaN' });
  });
});

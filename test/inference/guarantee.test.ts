/** The guarantee report against the program that the engine builds: the same terms, at the same places, by the same means. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { courseOf } from '../../src/inference/course.ts';
import { type DivergenceTerm, guaranteeOf } from '../../src/inference/guarantee.ts';
import { engines } from '../../src/inference/index.ts';
import type { PlanInfer } from '../../src/language/check/checked.ts';
import { compileSchedule } from '../../src/language/index.ts';
import { buildDensity } from '../../src/model/density.ts';
import { isLatent } from '../../src/model/latents.ts';
import { checkText, filesBelow } from '../helpers/golden.ts';

const GOOD = join(import.meta.dirname, '../golden/good');

function inferences(name: string, text: string): readonly PlanInfer[] {
  return checkText(name, text).result.runs.flatMap((run) => run.steps.filter((step) => step.kind === 'infer'));
}

function inferenceOf(options: { priors?: string; guide?: string; network?: string; infer: string }): PlanInfer {
  const text = `data d = idx("d") { x: image[8, 8, 1]; y: class[3] }
network net { input image[8, 8, 1]
${options.network ?? 'flatten'}
out = dense(3) }
model m { ${options.priors ?? '* ~ Normal(0, 1)'}
 y ~ Categorical(logits = net(x)) }
${options.guide === undefined ? '' : `guide { ${options.guide} }`}
run on d { infer ${options.infer} }`;
  const [step] = inferences('guarantee', text);
  if (step === undefined) throw new Error('the program of this test does not check');
  return step;
}

const of = (step: PlanInfer) => guaranteeOf(step, compileSchedule);
const kinds = (step: PlanInfer) => of(step).reasons.map((r) => r.kind);

describe('the terms', () => {
  it.each(filesBelow(GOOD, '.bprune'))('of %s are those that its programs compute', (file) => {
    for (const step of inferences(file, readFileSync(join(GOOD, file), 'utf8'))) {
      const { terms } = of(step);
      const program = engines.get(step.engine)!.build({
        ...step,
        density: buildDensity(step.model),
        masks: new Map(),
        course: courseOf(step, step.model.rows),
      });
      const { graph, info, noise } = program.step(2);
      expect(info.map((i) => i.name)).toEqual(['nll', 'kl', 'loss']);
      const [likelihood, ...divergences] = terms;
      const labelled = graph.values.flatMap((v) => (v.label === null ? [] : [{ label: v.label, origin: v.origin }]));
      const isTerm = (label: string) => /^(KL|log likelihood) of /.test(label) && label !== 'KL of all sites';
      const computed = labelled.filter((v) => isTerm(v.label));
      const told = [
        { label: `log likelihood of ${likelihood.observed}`, origin: likelihood.span },
        ...divergences.filter((t) => !vanishes(t)).map((t) => ({ label: `KL of ${t.site}`, origin: t.span })),
      ];
      expect(computed.sort(byLabel)).toEqual(told.sort(byLabel));
      if (step.estimator !== 'local_reparameterization') continue;
      const latents = new Set(step.model.sites.filter(isLatent).map((s) => s.path));
      const drawn = divergences
        .filter((t) => t.form.kind === 'draw')
        .map((t) => `${t.site}.${latents.has(t.site) ? 'draw' : 'kl'}`);
      expect(noise.map((n) => n.name)).toEqual(expect.arrayContaining(drawn));
    }
  });
});

/** -log Flat at a point is the number 0, which no graph holds. */
const vanishes = (t: DivergenceTerm) => t.form.kind === 'point' && t.density.name === 'Flat';

const byLabel = (a: { readonly label: string }, b: { readonly label: string }) => (a.label < b.label ? -1 : 1);

describe('the reasons', () => {
  it('are none for a mean-field Normal under proper priors', () => {
    const guarantee = of(inferenceOf({ infer: 'sgvb { epochs = 1 }' }));
    expect(guarantee).toMatchObject({ verdict: 'bound', reasons: [] });
    expect(guarantee.remarks.map((r) => r.kind)).toEqual(['minibatch']);
  });

  it('are none with all rows in a batch and without remarks', () => {
    expect(of(inferenceOf({ infer: 'sgvb { epochs = 1, batch = N }' })).remarks).toEqual([]);
  });

  it('name improper priors and their approximated divergence', () => {
    const priors = 'out.weight ~ LogUniform(); out.bias ~ Flat()';
    const guarantee = of(inferenceOf({ priors, infer: 'sgvb { epochs = 1 }' }));
    expect(guarantee.verdict).toBe('not_a_bound');
    expect(guarantee.reasons.map((r) => [r.kind, ...r.of])).toEqual([
      ['improper_prior', 'out.weight'],
      ['improper_prior', 'out.bias'],
      ['approximate_divergence', 'out.weight'],
    ]);
  });

  it('name points under a density', () => {
    const step = inferenceOf({ guide: 'out.bias ~ Delta()', infer: 'sgvb { epochs = 1 }' });
    expect(of(step).reasons).toMatchObject([{ kind: 'point_estimate', of: ['out.bias'] }]);
  });

  it('name a weight that is not 1 at the end, and the step from which on one is', () => {
    const constant = of(inferenceOf({ infer: 'sgvb { epochs = 1, kl_weight = 0.1 }' }));
    expect(constant.reasons).toMatchObject([
      { kind: 'weight', of: ['kl_weight'], text: expect.stringContaining('0.1') },
    ]);
    // 60,000 rows in batches of 100 are 600 steps an epoch; the schedule is 1 at epoch 5 and was not a step before.
    const warm = of(inferenceOf({ infer: 'sgvb { epochs = 10, kl_weight = min(epoch / 5, 1) }' }));
    expect(warm.verdict).toBe('bound');
    expect(warm.remarks.at(-1)).toMatchObject({
      kind: 'weight',
      text: expect.stringContaining('epoch 5 (step 3000 of 6000)'),
    });
    expect(kinds(inferenceOf({ infer: 'sgvb { epochs = 5, kl_weight = min(epoch / 5, 1) }' }))).toEqual(['weight']);
  });

  it('name densities of the program that do not integrate to 1, by what they integrate to', () => {
    const under = (log: string) => {
      const text = `density Own(x) { log = ${log} }
data d = csv("d.csv", test = "t.csv") { x: real[4]; y: class[3] }
network net { input real[4]; out = dense(3) }
model m { * ~ Own(); y ~ Categorical(logits = net(x)) }
run on d { infer sgvb { epochs = 1 } }`;
      return of(inferences('own', text)[0]!).reasons;
    };
    expect(under('-x ^ 2 / 2 - 0.5 * log(2 * pi)')).toEqual([]);
    expect(under('-x ^ 2 / 2')).toEqual([
      {
        kind: 'unnormalised_prior',
        of: ['out.weight', 'out.bias'],
        text: '`Own` integrates to 2.50663, not to 1',
      },
    ]);
    expect(under('0 * x').map((r) => r.kind)).toEqual(['improper_prior']);
  });

  it('name engines that are not variational, and nothing that only a guide could be blamed for', () => {
    expect(kinds(inferenceOf({ infer: 'map { epochs = 1 }' }))).toEqual(['engine']);
    expect(kinds(inferenceOf({ infer: 'map { epochs = 1, prior_weight = 2 }' }))).toEqual(['engine', 'weight']);
    expect(kinds(inferenceOf({ infer: 'svgd { epochs = 1 }' }))).toEqual(['engine']);
  });

  it('name convolutions under local reparameterisation, but not dense layers, points, or shared draws', () => {
    const network = 'conv = conv2d(2, 3)\nflatten';
    const step = inferenceOf({ network, infer: 'sgvb { epochs = 1 }' });
    expect(of(step).reasons).toMatchObject([{ kind: 'biased_estimator', of: ['conv'] }]);
    expect(kinds(inferenceOf({ network, infer: 'sgvb { epochs = 1, estimator = shared }' }))).toEqual([]);
    const priors = 'conv.* ~ Flat(); out.* ~ Normal(0, 1)';
    expect(kinds(inferenceOf({ network, priors, infer: 'sgvb { epochs = 1 }' }))).toEqual(['improper_prior']);
    // One place in each row: nothing is shared.
    expect(kinds(inferenceOf({ network: 'conv2d(2, 8)\nflatten', infer: 'sgvb { epochs = 1 }' }))).toEqual([]);
  });

  it('name layers that draw noise of their own in training', () => {
    const step = inferenceOf({ network: 'flatten\ndropout(0.2)', infer: 'sgvb { epochs = 1 }' });
    expect(of(step).reasons).toMatchObject([{ kind: 'undeclared_noise', of: ['dropout[1]'] }]);
  });

  it('name layers whose statistics join the rows of a batch', () => {
    const priors = '* ~ Normal(0, 1); batch_norm.scale ~ Normal(1, 0.1); batch_norm.shift ~ Normal(0, 1)';
    const step = inferenceOf({ network: 'batch_norm\nflatten', priors, infer: 'sgvb { epochs = 1 }' });
    expect(of(step).reasons).toMatchObject([{ kind: 'batch_statistics', of: ['batch_norm[1]'] }]);
  });
});

describe('gates', () => {
  const gated = (estimator: string) =>
    of(
      inferenceOf({
        priors: 'z[out.weight] ~ Bernoulli(0.3); out.weight ~ SpikeSlab(z, Normal(0, 1)); out.bias ~ Normal(0, 1)',
        infer: `sgvb { epochs = 1, ${estimator} }`,
      }),
    );
  const about = ({ reasons, remarks }: ReturnType<typeof of>) => ({
    reasons: reasons.map((r) => r.kind),
    remarks: remarks.map((r) => r.kind),
  });

  it('have a bound and a biased gradient when they are drawn as 0 and 1, and no bound when they are relaxed', () => {
    const hard = { reasons: [], remarks: ['minibatch', 'biased_gradient'] };
    expect(about(gated('estimator of z = gumbel(0.5, hard)'))).toEqual(hard);
    expect(about(gated('estimator of z = ste'))).toEqual(hard);
    for (const relaxed of ['gumbel(0.5, soft)', 'hard_concrete'])
      expect(about(gated(`estimator of z = ${relaxed}`))).toEqual({
        reasons: ['relaxed_gate'],
        remarks: ['minibatch'],
      });
    for (const unbiased of ['arm', 'reinforce(1)', 'exact_difference'])
      expect(about(gated(`estimator of z = ${unbiased}`))).toEqual({ reasons: [], remarks: ['minibatch'] });
  });

  it('have no bound where the guide itself has mass between 0 and 1', () => {
    const found = of(
      inferenceOf({
        priors: 'z[out.weight] ~ Bernoulli(0.3); out.weight ~ SpikeSlab(z, Normal(0, 1)); out.bias ~ Normal(0, 1)',
        guide: 'z ~ HardConcrete(0.5)',
        infer: 'sgvb { epochs = 1 }',
      }),
    );
    expect(about(found)).toEqual({ reasons: ['guide_support'], remarks: ['minibatch'] });
    expect(found.reasons[0]!.text).toContain('guide support exceeds prior support');
  });
});

/** Steps that change a state without training, which no version of the runtime can do yet: their names are looked at. */
import type { Selectors, Step } from '../../syntax/ast.ts';
import { reachesGroups } from '../groups.ts';
import { sayUnavailable } from '../later.ts';
import { suggested } from '../report.ts';
import type { RunCheck } from '../run.ts';
import { INIT } from '../run-names.ts';
import { laterOptions } from './later-options.ts';

type Change = Extract<
  Step,
  { kind: 'grow' | 'rewrite' | 'quantise' | 'initialise' | 'rewind' | 're_estimate' | 'compensate' | 'fix' | 'compare' }
>;

export function changeStep(run: RunCheck, step: Change): void {
  if (step.kind !== 'rewind') run.posterior(step, step.kind);
  const groups = groupsOf(step);
  const network = run.current?.model.application?.instance.network ?? null;
  if (groups !== null && network !== null) {
    for (const selector of [...groups.include, ...groups.except]) reachesGroups(run.ctx, selector, network);
  }
  if (step.kind === 'rewind') checkState(run, step);
  if (step.kind === 'fix' && step.of === null) checkLatent(run, step);
  laterOptions(run, step);
  sayUnavailable(run.ctx.report, step.span, `\`${step.kind}\``);
}

function groupsOf(step: Change): Selectors | null {
  switch (step.kind) {
    case 'grow':
    case 'quantise':
    case 'initialise':
      return step.groups;
    case 'rewrite':
      return step.layers;
    case 'fix':
      return step.of;
    default:
      return null;
  }
}

function checkState(run: RunCheck, { to }: Extract<Change, { kind: 'rewind' }>): void {
  if (run.names.find(to.name) !== undefined || run.names.isWritten(to.name) || run.incomplete) return;
  const states = run.names.known((entry) => entry.kind === 'step');
  run.ctx.report.say('BP2001', to.span, `no step above is called \`${to.name}\``, {
    ...suggested(to, [...states, INIT], 'the states are'),
  });
}

/** `fix z = 1`: a latent or `param` of the model. */
function checkLatent(run: RunCheck, { target }: Extract<Change, { kind: 'fix' }>): void {
  const model = run.current?.model;
  if (model === undefined || model.application === null || model.names.has(target.name)) return;
  run.ctx.report.say('BP2001', target.span, `model \`${model.name}\` has no latent \`${target.name}\``, {
    labels: [{ span: model.declaration.span, message: 'the model' }],
    ...suggested(target, model.names.keys(), 'it has', {
      none: 'a latent is declared in the model: `z[fc1.unit] ~ Bernoulli(0.5)`',
    }),
  });
}

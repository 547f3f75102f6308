/** Options in the braces of a step that no step can do yet: settings of one site, `move`, and `every` outside of inferences. */
import type { SiteSetting } from '../../syntax/ast.ts';
import type { Context } from '../context.ts';
import { sayUnavailable } from '../later.ts';
import { PLANNED_OF_SITE } from '../planned.ts';
import { suggested } from '../report.ts';
import type { PlainStep, RunCheck } from '../run.ts';
import { RunNames } from '../run-names.ts';

export function laterOptions(run: RunCheck, step: PlainStep): void {
  const { report } = run.ctx;
  // What an inference does with its sites is a matter of the inference.
  const own = (setting: SiteSetting) =>
    step.kind === 'infer' && ['estimator', 'optimizer', 'parameterization'].includes(setting.name.name);
  for (const setting of step.options?.ofSites ?? []) if (!own(setting)) ofSite(run.ctx, setting);
  if (step.kind === 'infer') return;
  for (const move of step.options?.moves ?? []) sayUnavailable(report, move.span, '`move` outside of an inference');
  for (const every of step.options?.every ?? []) {
    sayUnavailable(report, { ...every.span, end: every.period.span.end }, '`every`');
    const { current } = run;
    run.body(every.steps, new RunNames(run.names), null);
    run.current = current;
  }
}

function ofSite({ report }: Context, { name, span }: SiteSetting): void {
  if (PLANNED_OF_SITE.has(name.name)) {
    sayUnavailable(report, span, `\`${name.name} of\` one site`);
    return;
  }
  report.say('BP2013', name.span, `there is no option \`${name.name}\` of a site`, {
    ...suggested(name, PLANNED_OF_SITE, 'of a site there is'),
  });
}

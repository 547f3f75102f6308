/** `estimator of z = gumbel(0.5, hard)`: how gradients go through latents of 0 and 1. */
import type { Expr } from '../../base/expr.ts';
import type { SiteSetting } from '../syntax/ast.ts';
import type { CheckedGuideSite } from './checked.ts';
import type { Scope } from './closing.ts';
import type { Context } from './context.ts';
import { formatSelector } from './format.ts';
import { sayUnavailable } from './later.ts';
import type { ModelInstance } from './model.ts';
import { latentIn } from './model-names.ts';
import { argumentsAsOptions, plainOptions } from './options.ts';
import { PLANNED_WORDS } from './planned.ts';
import { suggestion } from './report.ts';

type Chosen = NonNullable<CheckedGuideSite['estimator']>;

/** The first of the registry with its defaults. */
export function defaultGateEstimator(ctx: Context): Chosen {
  const [record] = ctx.catalogue.gateEstimators;
  if (record === undefined) throw new Error('internal: there is no estimator for gates');
  return { name: record.name, options: Object.fromEntries(record.options.map((o) => [o.name, o.default!])) };
}

/** The guide with what the step says of its latents; null after a report. */
export function withGateEstimators(
  ctx: Context,
  settings: readonly SiteSetting[],
  model: ModelInstance,
  sites: readonly CheckedGuideSite[],
  scope: Scope,
): readonly CheckedGuideSite[] | null {
  const before = ctx.report.errors;
  let result = sites;
  for (const setting of settings) {
    if (setting.name.name !== 'estimator') continue;
    const name = latentIn(setting.site)?.name.name ?? '';
    const paths = new Set((model.latents.pieces.get(name) ?? []).map((piece) => piece.path));
    if (!sites.some((s) => paths.has(s.site) && s.estimator !== null)) {
      sayUnavailable(ctx.report, setting.span, `an estimator of \`${formatSelector(setting.site)}\``);
      continue;
    }
    const estimator = estimatorIn(ctx, setting.value, scope);
    if (estimator === null) continue;
    result = result.map((s) => (paths.has(s.site) && s.estimator !== null ? { ...s, estimator } : s));
  }
  return ctx.report.errors > before ? null : result;
}

function estimatorIn(ctx: Context, written: Expr, scope: Scope): Chosen | null {
  const { gateEstimators } = ctx.catalogue;
  const head = written.kind === 'call' ? written.callee : written;
  const name = head.kind === 'name' ? head.name : '';
  const record = gateEstimators.get(name);
  if (record === undefined) {
    if (PLANNED_WORDS.estimator?.has(name) === true) sayUnavailable(ctx.report, written.span, `\`${name}\``);
    else {
      ctx.report.say('BP2001', written.span, `there is no estimator \`${name}\` of latents of 0 and 1`, {
        hint: suggestion(name, gateEstimators.names, 'the estimators are'),
      });
    }
    return null;
  }
  const owner = { what: `\`${record.name}\``, span: written.span };
  const order = record.options.map((o) => o.name);
  const args = written.kind === 'call' ? written.args : [];
  const given = argumentsAsOptions(ctx, args, order, owner);
  const options = given === null ? null : plainOptions(ctx, given, record.options, owner, scope);
  return options === null ? null : { name: record.name, options };
}

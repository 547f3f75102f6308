/** `estimator of z = gumbel(0.5, hard)`: how gradients go through latents of 0 and 1. */
import type { GateEstimatorSignature, OptionValues } from '../../base/catalogue.ts';
import { withCommas } from '../../base/counts.ts';
import type { Expr } from '../../base/expr.ts';
import { sizeOf } from '../../base/host-array.ts';
import type { SiteSetting } from '../syntax/ast.ts';
import type { CheckedGuideSite, CheckedSite } from './checked.ts';
import type { Scope } from './closing.ts';
import type { Context } from './context.ts';
import { formatSelector } from './format.ts';
import { sayUnavailable } from './later.ts';
import type { ModelInstance } from './model.ts';
import { latentIn } from './model-names.ts';
import { argumentsAsOptions, plainOptions } from './options.ts';
import { suggestedAt } from './report.ts';

type Chosen = NonNullable<CheckedGuideSite['estimator']>;

/** The first of the registry with its defaults. */
export function defaultGateEstimator(ctx: Context): Chosen {
  const [record] = ctx.catalogue.gateEstimators;
  if (record === undefined) throw new Error('internal: there is no estimator for gates');
  return { name: record.name, options: defaultsOf(record) };
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
  refuseStates(ctx, settings, model.model?.sites ?? [], result);
  return ctx.report.errors > before ? null : result;
}

/** More states than this are no quick step any more: 2^12, of twelve gates that are enumerated. */
const MOST_STATES = 4096;

/** Estimators that look at several states look at them of all their gates together: one of them at most, and not at too many. */
function refuseStates(
  ctx: Context,
  settings: readonly SiteSetting[],
  sites: readonly CheckedSite[],
  guide: readonly CheckedGuideSite[],
): void {
  const several = guide.flatMap(({ site, estimator }) => {
    const states = estimator === null ? undefined : ctx.catalogue.gateEstimators.get(estimator.name)?.states;
    return estimator === null || states === undefined ? [] : [{ site, estimator, states }];
  });
  const [first] = several;
  if (first === undefined) return;
  const placeOf = (site: string) =>
    settings.findLast((s) => s.name.name === 'estimator' && site.split('[')[0] === latentIn(s.site)?.name.name)?.span;
  const other = several.find(({ estimator }) => textOf(estimator) !== textOf(first.estimator));
  if (other !== undefined) {
    const [here, there] = [placeOf(other.site) ?? null, placeOf(first.site)];
    const names = [...new Set([first.estimator.name, other.estimator.name])].map((name) => `\`${name}\``);
    const what = names.length === 1 ? `${names[0]} with other settings` : `${names[1]} beside ${names[0]}`;
    ctx.report.say('BP5022', here, `${what}: each looks at states of all gates of the inference`, {
      labels: there === undefined ? [] : [{ span: there, message: 'the first one' }],
      hint: `use one of them for both; \`gumbel\` and \`ste\`, which look at one state, may stand beside it`,
    });
    return;
  }
  const gates = several.reduce((sum, { site }) => sum + countOfGates(ctx, sites, site), 0);
  const { name, options } = first.estimator;
  const count = first.states(gates, options);
  if (count <= MOST_STATES) return;
  const [shown, most] = [count, MOST_STATES].map(withCommas);
  const fits = [...ctx.catalogue.gateEstimators].filter(
    (e) => e.states !== undefined && e.name !== name && e.states(gates, defaultsOf(e)) <= MOST_STATES,
  );
  ctx.report.say(
    'BP5021',
    placeOf(first.site) ?? null,
    `\`${name}\` of ${gates} gates looks at ${shown} states in each step`,
    {
      notes: [`at most ${most} are looked at`],
      hint: `use ${fits.map((e) => `\`${e.name}\``).join(' or ')}, which look at fewer`,
    },
  );
}

const textOf = ({ name, options }: Chosen) => JSON.stringify([name, options]);

/** Of nested masks the steps from block to block. */
function countOfGates(ctx: Context, sites: readonly CheckedSite[], path: string): number {
  const site = sites.find((s) => s.path === path);
  const nested = site?.support === 'nested' ? ctx.distribution(site.prior.name)?.nested : undefined;
  const blocks = site?.prior.args.find((a) => a.name === nested)?.value;
  return blocks == null ? sizeOf(site?.shape ?? []) : blocks - 1;
}

function defaultsOf({ options }: GateEstimatorSignature): OptionValues {
  return Object.fromEntries(options.map((o) => [o.name, o.default!]));
}

function estimatorIn(ctx: Context, written: Expr, scope: Scope): Chosen | null {
  const { gateEstimators } = ctx.catalogue;
  const head = written.kind === 'call' ? written.callee : written;
  const name = head.kind === 'name' ? head.name : '';
  const record = gateEstimators.get(name);
  if (record === undefined) {
    ctx.report.say('BP2001', written.span, `there is no estimator \`${name}\` of latents of 0 and 1`, {
      ...suggestedAt(head.span, name, gateEstimators.names, 'the estimators are'),
    });
    return null;
  }
  const owner = { what: `\`${record.name}\``, span: written.span };
  const order = record.options.map((o) => o.name);
  const args = written.kind === 'call' ? written.args : [];
  const given = argumentsAsOptions(ctx, args, order, owner);
  const options = given === null ? null : plainOptions(ctx, given, record.options, owner, scope);
  return options === null ? null : { name: record.name, options };
}

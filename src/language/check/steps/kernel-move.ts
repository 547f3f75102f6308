/** `move z by gibbs every 1 epoch`: a kernel draws a latent between two steps of an engine whose chains follow gradients. */
import type { EngineSignature, MoveKernelSignature } from '../../../base/catalogue.ts';
import { replacement } from '../../../base/fix.ts';
import type { Span } from '../../../base/span.ts';
import type { InferStep, MoveOption } from '../../syntax/ast.ts';
import type { CheckedDistribution, CheckedModel, CheckedSite, PlanKernelMove, PlanMove } from '../checked.ts';
import type { Scope } from '../closing.ts';
import type { Context } from '../context.ts';
import { formatExpr } from '../format.ts';
import { mentionedIn } from '../latents.ts';
import { namesIn } from '../live.ts';
import type { ModelInstance } from '../model.ts';
import type { Horizon } from '../optimizer.ts';
import { listed, suggestedAt } from '../report.ts';
import type { RunCheck } from '../run.ts';
import { SUPPORT_NOUN } from '../supports.ts';
import { stepsWithin } from './every.ts';

/** Null after a report, here or where the latent is declared. */
export function kernelMove(
  run: RunCheck,
  move: MoveOption,
  engine: EngineSignature | null,
  instance: ModelInstance,
  horizon: Horizon | null,
  rows: Scope,
): PlanKernelMove | null {
  const { ctx } = run;
  const { name } = move.target;
  const kernel = kernelOf(ctx, move);
  const sites = kernel === null ? null : drawnSites(ctx, move, kernel, instance);
  const steps = stepsWithin(run, move.period, horizon, rows);
  if (kernel === null || sites === null || sites.length === 0 || engine === null) return null;
  if (!(engine.moveKernels ?? []).includes(kernel.name)) {
    sayEngine(ctx, move, kernel, engine);
    return null;
  }
  const obstacle = instance.model === null ? null : obstacleTo(ctx, instance.model, sites);
  if (obstacle !== null) sayObstacle(ctx, move.span, kernel.name, name, obstacle);
  if (steps === null || obstacle !== null) return null;
  const paths = sites.map((site) => site.path);
  return { kind: 'kernel', kernel: kernel.name, latent: name, sites: paths, steps, span: move.span };
}

/** Latents of 0 and 1 that no move draws, under an engine whose chains follow gradients alone. */
export function refuseUndrawn(
  ctx: Context,
  step: InferStep,
  engine: EngineSignature,
  model: CheckedModel,
  moves: readonly PlanMove[],
  horizon: Horizon | null,
): void {
  const kernel = [...ctx.catalogue.moveKernels].find((k) => engine.moveKernels?.includes(k.name));
  if (kernel === undefined) return;
  const isDrawn = ({ path }: CheckedSite) => moves.some((move) => move.sites.includes(path));
  const left = model.sites.filter((site) => site.support === kernel.support && !isDrawn(site));
  for (const name of new Set(left.map((site) => site.parameter.role))) {
    const own = left.filter((site) => site.parameter.role === name);
    const obstacle = obstacleTo(ctx, model, own);
    if (obstacle !== null) {
      sayObstacle(ctx, step.engine.span, kernel.name, name, obstacle);
      continue;
    }
    const written = `move ${name} by ${kernel.name} every 1 ${horizon === null || horizon.epochs >= 1 ? 'epoch' : 'step'}`;
    const { report } = ctx;
    report.say('BP5033', step.engine.span, `nothing draws \`${name}\` here: \`${engine.name}\` follows gradients`, {
      labels: [{ span: own[0]!.span, message: `0 or 1, which has none` }],
      hint: `add \`${written}\` to its options`,
      fix: replacement(endOfOptions(step), `, ${written}`),
    });
  }
}

/** Latents that an engine holds as the inference before it left them, where there was none. `before`: the sites that it had. */
export function refuseUnheld(
  ctx: Context,
  step: InferStep,
  engine: EngineSignature,
  model: CheckedModel,
  before: readonly CheckedSite[],
): void {
  const held = model.sites.filter((site) => engine.holds?.includes(site.support));
  const left = held.find((site) => !before.some(({ path }) => path === site.path));
  if (left === undefined) return;
  const name = left.parameter.role;
  ctx.report.say(
    'BP5033',
    step.engine.span,
    `\`${engine.name}\` holds \`${name}\` as an inference before it left it, and there is none`,
    {
      labels: [{ span: left.span, message: `${SUPPORT_NOUN[left.support]} have no gradient` }],
      hint: 'put one before it that fits or draws it, such as `infer sgvb { epochs = 20 }`, or use that alone',
    },
  );
}

/** Behind the last of them. */
function endOfOptions({ options, engine }: InferStep): Span {
  const all = [...(options?.settings ?? []), ...(options?.items ?? []), ...(options?.ofSites ?? [])];
  const written = [...all, ...(options?.moves ?? []), ...(options?.every ?? [])];
  const last = written.reduce((span, own) => (own.span.end > span.end ? own.span : span), engine.span);
  return { ...last, start: last.end };
}

function kernelOf(ctx: Context, { value }: MoveOption): MoveKernelSignature | null {
  const { moveKernels } = ctx.catalogue;
  const head = value.kind === 'call' ? value.callee : value;
  if (head.kind === 'error') return null;
  const record = head.kind === 'name' ? moveKernels.get(head.name) : undefined;
  if (record === undefined) {
    const shown = formatExpr(head);
    ctx.report.say('BP2001', head.span, `there is no kernel \`${shown}\` that draws latents`, {
      ...suggestedAt(head.span, shown, moveKernels.names, 'there is'),
    });
    return null;
  }
  if (value.kind === 'name') return record;
  ctx.report.say('BP5034', value.span, `\`${record.name}\` takes no arguments`, {
    hint: `write \`by ${record.name}\``,
    fix: replacement(value.span, record.name),
  });
  return null;
}

/** The sites of the latent that the move names; null after a report, none where its own line was at fault. */
function drawnSites(
  ctx: Context,
  { target: { name, span } }: MoveOption,
  kernel: MoveKernelSignature,
  { names, latents }: ModelInstance,
): readonly CheckedSite[] | null {
  const fitting = new Set(latents.sites.filter((s) => s.support === kernel.support).map((s) => s.parameter.role));
  const noun = `latents of ${SUPPORT_NOUN[kernel.support]}`;
  const known = names.get(name);
  if (known === undefined) {
    ctx.report.say('BP2001', span, `the model has no latent \`${name}\``, {
      ...suggestedAt(span, name, fitting, `its ${noun} are`, {
        none: `declare it: \`${name}[fc1.unit] ~ Bernoulli(0.5)\``,
      }),
    });
    return null;
  }
  const sites = latents.sites.filter((site) => site.parameter.role === name);
  if (fitting.has(name)) return sites;
  if (known.kind === 'latent' && sites.length === 0) return [];
  const what = { latent: 'has other values', param: 'is a `param`', quantity: 'is a quantity' };
  const otherwise = {
    latent: 'it follows its gradient',
    param: `write a rule, \`move ${name} = ...\``,
    quantity: 'it follows from others',
  };
  ctx.report.say('BP5034', span, `\`${kernel.name}\` draws ${noun}, and \`${name}\` ${what[known.kind]}`, {
    labels: [{ span: known.name.span, message: 'declared here' }],
    hint: known.kind === 'param' ? otherwise.param : `leave the move out: ${otherwise[known.kind]}`,
  });
  return null;
}

function sayEngine(ctx: Context, move: MoveOption, kernel: MoveKernelSignature, engine: EngineSignature): void {
  const able = [...ctx.catalogue.engines].filter((e) => e.moveKernels?.includes(kernel.name)).map((e) => e.name);
  const fits = engine.guides.some((g) => ctx.catalogue.distributions.get(g)?.support === kernel.support);
  const { name } = move.target;
  const why = fits
    ? `\`${engine.name}\` fits \`${name}\` by a guide`
    : `\`${engine.name}\` has no draws of \`${name}\``;
  ctx.report.say('BP5034', move.span, `${why}, so that \`${kernel.name}\` has nothing to draw it for`, {
    hint: `${fits ? 'leave the move out, or use' : 'use'} one of ${listed(able)}`,
  });
}

/** Why a latent's numbers cannot be drawn each by itself from priors alone. */
interface Obstacle {
  readonly span: Span;
  readonly where: string;
  readonly why: string;
  readonly hint: string;
}

const OF_ALL_ROWS = 'how probable it is depends on the likelihood of all rows';
const FIT = 'fit it with `sgvb`, or let it choose between two priors: `fc1.weight ~ Normal(0, if z then 1 else 0.01)`';

/** The first thing that makes the full conditional more than priors of single numbers; null where there is none. */
function obstacleTo(ctx: Context, model: CheckedModel, drawn: readonly CheckedSite[]): Obstacle | null {
  const paths = drawn.map((site) => site.path);
  const mentions = (names: ReadonlySet<string>) => paths.some((path) => names.has(path));
  const gate = model.gates.find(({ value }) => mentions(namesIn(value)));
  if (gate !== undefined) return { span: gate.span, where: 'gates the network here', why: OF_ALL_ROWS, hint: FIT };
  const { likelihood } = model;
  const factor = model.factors.find(({ value }) => mentions(namesIn(value)));
  const ofRows = mentions(mentionedIn(likelihood.distribution)) ? likelihood : factor;
  if (ofRows !== undefined)
    return { span: ofRows.span, where: 'mentioned here', why: OF_ALL_ROWS, hint: 'fit it with `sgvb`' };
  for (const site of model.sites) {
    const multiplied = site.scale !== undefined && mentions(namesIn(site.scale));
    const mentioned = mentions(mentionedIn(site.prior));
    if (multiplied || (mentioned && isGated(ctx, site.prior, mentions)))
      return {
        ...{ span: site.priorSpan, where: `multiplies \`${site.path}\``, why: OF_ALL_ROWS },
        hint: multiplied ? `leave \`parameterization of ${site.path}\` out` : FIT,
      };
    if (mentioned && !hasSingleDensities(ctx, site.prior))
      return {
        ...{ span: site.priorSpan, where: `one density for many numbers of \`${site.path}\`` },
        why: 'its numbers are not independent of each other',
        hint: 'use a prior that has a density for each number, such as `Normal(0, if z then 1 else 0.01)`',
      };
  }
  return null;
}

/** Whether the latent is the gate of a `SpikeSlab`. */
function isGated(
  ctx: Context,
  { name, args }: CheckedDistribution,
  mentions: (names: ReadonlySet<string>) => boolean,
): boolean {
  const params = ctx.distribution(name)?.params ?? [];
  const gates = params.filter((p) => p.constraint === 'gate').map((p) => p.name);
  return args.some((a) => gates.includes(a.name) && mentions(namesIn(a.expr)));
}

function hasSingleDensities(ctx: Context, { name, components }: CheckedDistribution): boolean {
  const own = ctx.distribution(name)?.event === 'element';
  return own && components.every((c) => hasSingleDensities(ctx, c.distribution));
}

function sayObstacle(
  ctx: Context,
  place: Span,
  kernel: string,
  name: string,
  { span, where, why, hint }: Obstacle,
): void {
  ctx.report.say('BP5034', place, `\`${kernel}\` cannot draw \`${name}\`: ${why}`, {
    labels: [{ span, message: where }],
    hint: hint.replace('if z', `if ${name}`),
  });
}

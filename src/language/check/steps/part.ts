/** An inference of a part: which sites move (`sites = gamma`), and which rows its likelihood sees (`rows = validation`). */
import type { EngineSignature } from '../../../base/catalogue.ts';
import { countOf } from '../../../base/counts.ts';
import type { Expr } from '../../../base/expr.ts';
import type { InferStep, Selector, SelectorSegment } from '../../syntax/ast.ts';
import { formatExpr, formatSelector } from '../format.ts';
import type { ModelInstance } from '../model.ts';
import type { RunCheck } from '../run.ts';
import { sitesNamed } from '../site-optimizers.ts';
import { isSplit } from './evaluate.ts';

type Kind = 'sites' | 'split';

/** The value of the engine's option of this kind, where it is written. */
function written(step: InferStep, engine: EngineSignature, kind: Kind): { name: string; value: Expr } | null {
  const option = engine.options.find(({ type }) => type.kind === kind);
  const setting = step.options?.settings.find((s) => s.name.name === option?.name);
  return setting === undefined ? null : { name: setting.name.name, value: setting.value };
}

export interface TrainingRows {
  readonly split: string;
  /** Null where the data are not known. */
  readonly count: number | null;
  /** So many of them, in words. */
  readonly words: (count: number) => string;
}

/** The rows that the engine trains on; null after a report. */
export function trainingRows(run: RunCheck, step: InferStep, engine: EngineSignature): TrainingRows | null {
  const rows = run.ctx.facts.get(run.data.name)?.rows;
  const given = written(step, engine, 'split');
  if (given === null)
    return { split: 'train', count: rows?.train ?? null, words: (count) => countOf(count, 'training row') };
  const { name, value } = given;
  if (value.kind === 'error') return null;
  if (value.kind !== 'name') {
    run.ctx.report.say('BP2014', value.span, `\`${name}\` is a split of the data, but gets \`${formatExpr(value)}\``, {
      hint: `write \`${name} = train\` for instance`,
    });
    return null;
  }
  if (!isSplit(run, value.name, value)) return null;
  const split = value.name;
  return { split, count: rows?.[split] ?? null, words: (count) => `${countOf(count, 'row')} of \`${split}\`` };
}

/** Paths of the sites that move; undefined for all, null after a report. */
export function movingSites(
  run: RunCheck,
  step: InferStep,
  engine: EngineSignature,
  instance: ModelInstance,
): readonly string[] | undefined | null {
  const given = written(step, engine, 'sites');
  if (given === null) return undefined;
  const { report } = run.ctx;
  const before = report.errors;
  const parts = given.value.kind === 'list' ? given.value.items : [given.value];
  const moving = new Set(parts.flatMap((part) => pathsNamed(run, given.name, part, instance)));
  if (report.errors === before) {
    refuseUnstarted(run, given, instance, moving);
    refuseStill(run, step, instance, moving);
  }
  if (report.errors > before) return null;
  return instance.model?.sites.map(({ path }) => path).filter((path) => moving.has(path)) ?? [...moving];
}

function pathsNamed(run: RunCheck, option: string, part: Expr, instance: ModelInstance): readonly string[] {
  const { report } = run.ctx;
  if (part.kind === 'error') return [];
  const selector = selectorOf(part);
  if (selector === null) {
    report.say('BP2014', part.span, `\`${option}\` names latents and parameters, but gets \`${formatExpr(part)}\``, {
      hint: `write \`${option} = ${exampleOf(instance)}\`, or several in brackets`,
    });
    return [];
  }
  return sitesNamed(run.ctx, selector, instance);
}

function exampleOf({ latents, application }: ModelInstance): string {
  const [latent] = latents.pieces.keys();
  const [layer] = (application?.instance.network.layers ?? []).filter(({ parameters }) => parameters.length > 0);
  return latent ?? (layer === undefined ? 'tau' : `${layer.path}.weight`);
}

/** `gamma`, `fc1.weight`, `tau[fc1.unit]` as a selector; null for what is none. */
function selectorOf(expr: Expr): Selector | null {
  const segments = segmentsOf(expr);
  return segments === null ? null : { kind: 'selector', segments, span: expr.span };
}

function segmentsOf(expr: Expr): readonly SelectorSegment[] | null {
  if (expr.kind === 'name') return [{ pattern: expr.name, indices: [], args: [], span: expr.span }];
  if (expr.kind !== 'member' && expr.kind !== 'index') return null;
  const before = segmentsOf(expr.object);
  if (before === null) return null;
  if (expr.kind === 'member') {
    const span = { ...expr.span, start: expr.span.end - expr.name.length };
    return [...before, { pattern: expr.name, indices: [], args: [], span }];
  }
  const last = before.at(-1)!;
  const indices = [...last.indices, ...expr.indices.map((index) => selectorOf(index) ?? index)];
  return [...before.slice(0, -1), { ...last, indices, span: { ...last.span, end: expr.span.end } }];
}

/** What is held must have been inferred: at their start values particles are noise. */
function refuseUnstarted(
  run: RunCheck,
  { name, value }: { readonly name: string; readonly value: Expr },
  { model }: ModelInstance,
  moving: ReadonlySet<string>,
): void {
  const held = model?.sites.find(({ path }) => !moving.has(path));
  if (held === undefined || run.current !== null || run.incomplete) return;
  run.ctx.report.say('BP5003', value.span, `\`${held.path}\` is held, and no inference above has found it`, {
    labels: [{ span: held.span, message: 'declared here' }],
    hint: `put an inference of all sites before it, or leave \`${name}\` out`,
  });
}

/** An optimizer of what does not move. */
function refuseStill(run: RunCheck, step: InferStep, instance: ModelInstance, moving: ReadonlySet<string>): void {
  for (const setting of step.options?.ofSites ?? []) {
    if (setting.name.name !== 'optimizer') continue;
    const paths = sitesNamed(run.ctx, setting.site, instance);
    if (paths.length === 0 || paths.some((path) => moving.has(path))) continue;
    const shown = formatSelector(setting.site);
    run.ctx.report.say('BP5015', setting.span, `\`optimizer of ${shown}\` holds for nothing: \`${shown}\` is held`, {
      hint: `leave it out, or add \`${shown}\` to \`sites\``,
    });
  }
}

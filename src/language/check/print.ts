/** Checked models and plans as readable text, the same for the same program: `--dump`, goldens, `check --verbose`. */
import type { OptionValues } from '../../base/catalogue.ts';
import { withCommas } from '../../base/counts.ts';
import type { Amount, ColumnDraw, DerivedRequest } from '../../base/data.ts';
import type { Expr, HostValue } from '../../base/expr.ts';
import { formatShape, sizeOf } from '../../base/host-array.ts';
import type {
  CheckedDistribution,
  CheckedGuideSite,
  CheckedModel,
  CheckedNetwork,
  CheckedOptimizer,
  CheckedParam,
  CheckedSite,
  PlanEvery,
  PlanInfer,
  PlanMove,
  PlanPrune,
  PlanStep,
  RunPlan,
} from './checked.ts';
import { formatColumnType } from './column-types.ts';
import { formatExpr, formatNumber, formatShare } from './format.ts';
import { formatRange } from './params.ts';
import { mapParts } from './placement.ts';

export function printNetwork(network: CheckedNetwork): string {
  const lines = network.layers.map((layer) => {
    const shape = `${formatShape(layer.inputShape)} -> ${formatShape(layer.outputShape)}`;
    const head = `  ${layer.path} = ${layer.kind}${optionList(layer.options)}`;
    const parameters = layer.parameters.map((p) => `${p.role} ${formatShape(p.shape)}`).join(', ');
    return `${head}: ${shape}${parameters === '' ? '' : `; ${parameters}`}`;
  });
  const count = network.layers.flatMap((l) => l.parameters).reduce((sum, p) => sum + sizeOf(p.shape), 0);
  const head = `network ${network.name}: ${formatShape(network.inputShape)} -> ${formatShape(network.outputShape)}, ${withCommas(count)} parameters`;
  return `${[head, ...lines].join('\n')}\n`;
}

export function printModel(model: CheckedModel): string {
  const { likelihood } = model;
  const sites = model.sites.map((s) => {
    return `  ${s.param === undefined ? '' : 'param '}${s.path} ${formatShape(s.shape)} ${formatPrior(s)}`;
  });
  const observed = `  ${likelihood.observed}: ${formatColumnType(likelihood.columnType)} ~ ${formatDistribution(likelihood.distribution)}`;
  const factors = model.factors.map((f) => `  factor ${formatExpr(f.value)}${f.perRow ? ', of each row' : ''}`);
  const head = `model ${model.name}: ${withCommas(model.rows)} rows, input ${model.input}`;
  return `${[head, ...sites, observed, ...factors].join('\n')}\n${printNetwork(model.network)}`;
}

/** `~ Normal(mean = 0, sd = 1)`; of a `param`, which has none, where it starts and its range. */
export function formatPrior({ prior, param }: CheckedSite): string {
  if (param === undefined) return `~ ${formatDistribution(prior)}`;
  return `= ${formatStart(param)} in ${formatRange(param)}`;
}

function formatStart({ start }: CheckedParam): string {
  if (typeof start === 'number') return formatNumber(start);
  if (start.kind === 'kaiming_uniform') return 'kaiming_uniform()';
  return `uniform(${formatNumber(start.low)}, ${formatNumber(start.high)})`;
}

export function formatDistribution(distribution: CheckedDistribution): string {
  const args = distribution.args.map(
    (a) => `${a.name} = ${a.value === null ? formatExpr(a.expr) : formatNumber(a.value)}`,
  );
  // What stands inside another distribution, without others beside it, has no weight.
  const inner = distribution.args.length > 0;
  const components = distribution.components.map((c) => {
    const shown = formatDistribution(c.distribution);
    return inner ? shown : `${formatNumber(c.weight)}: ${shown}`;
  });
  return `${distribution.name}(${[...args, ...components].join(', ')})`;
}

function formatDraw(draw: ColumnDraw | undefined): string {
  if (draw === undefined) return '';
  return ` ~ ${draw.distribution}(${draw.args.map((a) => `${a.name} = ${formatExpr(a.expr)}`).join(', ')})`;
}

/** The guide in the language, ready to paste, with the `param`s that it declares: sites of the same family share a line. */
export function printGuide({ guide, model }: Pick<PlanInfer, 'guide' | 'model'>): string {
  const lines = new Map<string, string[]>();
  const params = new Map(
    model.sites.flatMap((s) => (s.param === undefined ? [] : [[s.path, s.parameter.role] as const])),
  );
  for (const { site, family, args, expressions, param } of guide) {
    if (param === true) continue;
    const given = Object.entries(args).flatMap(([name, value]) => {
      const expression = expressions?.[name];
      if (expression !== undefined) return [`${name} = ${formatExpr(renamed(expression, params))}`];
      return value === null ? [] : [`${name} = ${formatNumber(value)}`];
    });
    const text = `${family}(${given.join(', ')})`;
    lines.set(text, [...(lines.get(text) ?? []), site]);
  }
  const families = [...lines].map(([text, paths]) => `  ${paths.join(', ')} ~ ${text}`);
  return `${['guide {', ...guideParams(model), ...families, '}'].join('\n')}\n`;
}

/** Each of a guide once, with the plates that start alike. */
function guideParams({ sites }: CheckedModel): readonly string[] {
  const alike = new Map<string, CheckedSite[]>();
  for (const site of sites) {
    if (site.param?.of !== 'guide') continue;
    const key = `${site.parameter.role} ${formatPrior(site)}`;
    alike.set(key, [...(alike.get(key) ?? []), site]);
  }
  return [...alike.values()].map((own) => {
    const { role } = own[0]!.parameter;
    const plates = own.map(({ path }) => path.slice(role.length + 1, -1)).join(', ');
    return `  param ${role}${plates === '' ? '' : `[${plates}]`} ${formatPrior(own[0]!)}`;
  });
}

/** The expression of the program: `param`s by their names, and not by those of their sites. */
function renamed(expr: Expr, names: ReadonlyMap<string, string>): Expr {
  if (expr.kind === 'name') return { ...expr, name: names.get(expr.name) ?? expr.name };
  return mapParts(expr, (part) => renamed(part, names));
}

export function printRunPlan(plan: RunPlan): string {
  const { data } = plan;
  const columns = data.columns.map(
    (c) => `  ${c.name}: ${formatColumnType(c.type)}${optionList(c.options)}${formatDraw(c.draw)}`,
  );
  const derived = data.derived.map((d) => `  ${formatDerived(d)}`);
  const head = `run ${plan.name} on ${data.name} = ${data.reader}${optionList(data.options)}`;
  return `${[head, ...columns, ...derived, ...plan.steps.flatMap((step) => stepLines(step, plan))].join('\n')}\n`;
}

function stepLines(step: PlanStep, plan: RunPlan): readonly string[] {
  const name = step.name === null ? '' : `${step.name} = `;
  const from = step.from === null ? '' : ` from ${stateName(step.from, plan)}`;
  const indent = (lines: readonly string[]) => lines.map((line) => `     ${line}`);
  const head = (text: string) => `${String(step.index).padStart(3)}. ${name}${text}${from}`;
  switch (step.kind) {
    case 'infer':
      return [
        head(`infer ${step.engine} for ${step.model.name}`),
        ...indent([
          `${step.length.unit} = ${step.length.count}, batch = ${step.batch}, estimator = ${step.estimator}`,
          ...(step.split === 'train' ? [] : [`rows = ${step.split}`]),
          `optimizer = ${formatOptimizer(step.optimizer)}`,
          ...siteOptimizers(step.optimizers),
          ...noncentredSites(step.model.sites),
          ...Object.entries(step.schedules).map(([key, expr]) => `${key} = ${formatExpr(expr)}`),
          ...Object.entries(step.options).map(([key, value]) => `${key} = ${formatValue(value)}`),
          ...writtenGuide(step),
          ...gateEstimators(step.guide),
          ...step.moves.map(printMove),
          ...step.every.flatMap(printEvery),
        ]),
      ];
    case 'prune':
      return [head(printPrune(step))];
    case 'evaluate': {
      const metrics = step.metrics.map((m) => (m.key.includes('(') ? m.key : `${m.key} on ${m.split}`));
      const how = step.of === 'mean' ? 'at the mean' : `samples = ${step.samples}`;
      return [head(`evaluate ${metrics.join(', ')}; ${how}`)];
    }
    case 'require':
      return [head(`require ${formatExpr(step.condition)}`)];
    case 'export':
      return [head(`export ${step.formats.join(', ')}`)];
  }
}

function printPrune({ sites, rule }: PlanPrune): string {
  const how =
    rule.kind === 'where'
      ? `where ${formatExpr(rule.predicate)}`
      : `by ${rule.criterion}${rule.score === null ? '' : ` = ${formatExpr(rule.score)}`} lowest ${formatShare(rule.share)}${rule.perLayer ? ' per layer' : ''}`;
  return `prune ${sites.join(', ')} ${how}`;
}

function printMove(move: PlanMove): string {
  const how = move.kind === 'rule' ? `${move.param} = ${formatExpr(move.value)}` : `${move.latent} by ${move.kernel}`;
  return `move ${how} every ${move.steps} steps`;
}

function printEvery({ steps, prunes }: PlanEvery): readonly string[] {
  return prunes.map(({ prune, soft }) => `every ${steps} steps: ${printPrune(prune)}${soft ? ', softly' : ''}`);
}

function stateName(index: number, { steps }: RunPlan): string {
  return index === 0 ? 'init' : (steps[index - 1]?.name ?? `step ${index}`);
}

/** Particles have nothing to say of a site, and are no guide that a program could write. */
function writtenGuide({ guide, model }: PlanInfer): readonly string[] {
  const written = guide.filter((s) => Object.keys(s.args).length > 0);
  return written.length === 0 ? [] : printGuide({ guide: written, model }).trimEnd().split('\n');
}

/** How gradients go through latents of 0 and 1: those alike share a line. */
function gateEstimators(sites: readonly CheckedGuideSite[]): readonly string[] {
  const lines = new Map<string, string[]>();
  for (const { site, estimator } of sites) {
    if (estimator === null) continue;
    const text = `${estimator.name}${optionList(estimator.options)}`;
    lines.set(text, [...(lines.get(text) ?? []), site]);
  }
  return [...lines].map(([text, paths]) => `estimator of ${paths.join(', ')} = ${text}`);
}

function noncentredSites(sites: PlanInfer['model']['sites']): readonly string[] {
  const paths = sites.flatMap((site) => (site.scale === undefined ? [] : [site.path]));
  return paths.length === 0 ? [] : [`parameterization of ${paths.join(', ')} = noncentred`];
}

/** Those of single sites: sites with the same one share a line. */
function siteOptimizers(optimizers: PlanInfer['optimizers']): readonly string[] {
  const lines = new Map<string, string[]>();
  for (const [site, optimizer] of Object.entries(optimizers)) {
    const text = formatOptimizer(optimizer);
    lines.set(text, [...(lines.get(text) ?? []), site]);
  }
  return [...lines].map(([text, paths]) => `optimizer of ${paths.join(', ')} = ${text}`);
}

function formatOptimizer(optimizer: CheckedOptimizer): string {
  const options = Object.entries(optimizer.options).map(([key, value]) => `, ${key} = ${formatValue(value)}`);
  const own = `${optimizer.around ?? optimizer.name}(${formatExpr(optimizer.rate)}${options.join('')})`;
  return optimizer.around === undefined ? own : `${optimizer.name}(${own})`;
}

function optionList(options: OptionValues): string {
  const entries = Object.entries(options).map(([key, value]) => `${key} = ${formatValue(value)}`);
  return entries.length === 0 ? '' : `(${entries.join(', ')})`;
}

function formatValue(value: HostValue): string {
  if (typeof value === 'number') return formatNumber(value);
  if (typeof value === 'object') return `[${value.map(formatValue).join(', ')}]`;
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

function formatDerived(d: DerivedRequest): string {
  switch (d.kind) {
    case 'split':
      return `${d.name} = split(${d.of}, ${formatAmount(d.amount)}, seed = ${d.seed})`;
    case 'rows':
      return `${d.split} = only(${d.split}, ${formatAmount(d.amount)}, seed = ${d.seed})`;
    case 'classes':
      return `${d.column} = only(${d.column}, [${d.classes.join(', ')}])`;
    case 'augment':
      return `${d.column} = augment(${[d.column, ...d.changes.map((c) => `${c.name}${optionList(c.options)}`)].join(', ')})`;
    case 'corrupt':
      return `${d.column} = corrupt(${d.column}, ${d.corruption}${optionList(d.options)}, on = [${d.on.join(', ')}], seed = ${d.seed})`;
  }
}

function formatAmount(amount: Amount): string {
  return amount.kind === 'rows' ? formatNumber(amount.rows) : formatShare(amount.share);
}

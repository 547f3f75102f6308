/** Models: from lines to a joint density in which every parameter of the network has exactly one prior. */

import type { DataRequest } from '../../base/data.ts';
import type { Expr } from '../../base/expr.ts';
import { replacement } from '../../base/fix.ts';
import type { ModelDeclaration, SiteLine } from '../syntax/ast.ts';
import { assignLines } from './assignment.ts';
import { type OwnNames, priorScope } from './bindings.ts';
import type {
  CheckedDistribution,
  CheckedFactor,
  CheckedGate,
  CheckedLikelihood,
  CheckedModel,
  CheckedNetwork,
  CheckedSite,
} from './checked.ts';
import type { Scope } from './closing.ts';
import type { Context } from './context.ts';
import { headOf } from './declarations.ts';
import { checkDistribution, noPrior } from './distribution.ts';
import { checkFactors } from './factors.ts';
import { checkGate } from './gates.ts';
import { checkLatents, type Latents, NO_LATENTS } from './latents.ts';
import { sayUnavailable } from './later.ts';
import { type Level, levelsOf } from './levels.ts';
import { LikelihoodCheck, observedColumn } from './likelihood.ts';
import { columnsOf } from './likelihood-columns.ts';
import { namesIn } from './live.ts';
import { checkModelLines, ownNames } from './model-lines.ts';
import { latentOf, type ModelName, modelNames, type NamedLine } from './model-names.ts';
import type { Networks } from './network.ts';
import { placed } from './placement.ts';
import { listed, suggestedAt } from './report.ts';
import type { Application } from './row-expressions.ts';
import { type SiteRef, sitesOf } from './selectors.ts';
import { SUPPORT_NOUN } from './supports.ts';

/** What is known of a model that may be wrong: steps and guides can be checked against its network all the same. */
export interface ModelInstance {
  readonly declaration: ModelDeclaration;
  readonly name: string;
  /** Latents, `param`s and quantities. */
  readonly names: ReadonlyMap<string, NamedLine>;
  readonly application: Application | null;
  readonly latents: Latents;
  /** Null when something was reported. */
  readonly model: CheckedModel | null;
}

type Call = Extract<Expr, { kind: 'call' }>;

export function modelName(declaration: ModelDeclaration): string {
  return declaration.name?.name ?? 'model';
}

/** Models by declaration, data and arguments; each combination is checked once. */
export class Models {
  private readonly ctx: Context;
  private readonly networks: Networks;
  private readonly known = new Map<ModelDeclaration, Map<string, ModelInstance>>();

  constructor(ctx: Context, networks: Networks) {
    this.ctx = ctx;
    this.networks = networks;
  }

  get instances(): readonly ModelInstance[] {
    return [...this.known.values()].flatMap((made) => [...made.values()]);
  }

  instance(declaration: ModelDeclaration, call: Call, data: DataRequest): ModelInstance {
    this.ctx.used.add(declaration);
    const key = `${data.name} ${JSON.stringify(call.args.map((a) => [a.name, withoutPlaces(a.value)]))}`;
    const made = this.known.get(declaration) ?? new Map<string, ModelInstance>();
    this.known.set(declaration, made);
    const instance = made.get(key) ?? this.check(declaration, call, data);
    made.set(key, instance);
    return instance;
  }

  private check(declaration: ModelDeclaration, call: Call, data: DataRequest): ModelInstance {
    const rows = this.ctx.facts.get(data.name)?.rows.train ?? null;
    const levels = levelsOf(this.ctx, this.networks, declaration, call, rows);
    const name = modelName(declaration);
    if (levels === null)
      return { declaration, name, names: new Map(), application: null, latents: NO_LATENTS, model: null };
    return new ModelCheck(this.ctx, this.networks, { declaration, data, levels, rows }).run();
  }
}

function withoutPlaces(expr: Expr): string {
  return JSON.stringify(expr, (key, value) => (key === 'span' ? undefined : value));
}

interface ModelParts {
  readonly declaration: ModelDeclaration;
  readonly data: DataRequest;
  readonly levels: readonly Level[];
  readonly rows: number | null;
}

class ModelCheck {
  private readonly ctx: Context;
  private readonly networks: Networks;
  private readonly parts: ModelParts;
  private readonly name: string;
  private readonly names: ReadonlyMap<string, ModelName>;
  private readonly own: OwnNames;
  /** Lines that could not be read: a prior may be among them. */
  private readonly incomplete: boolean;

  constructor(ctx: Context, networks: Networks, parts: ModelParts) {
    this.ctx = ctx;
    this.networks = networks;
    this.parts = parts;
    this.name = modelName(parts.declaration);
    this.names = modelNames(
      ctx,
      parts.levels,
      parts.data.seen.map((c) => c.name),
    );
    this.incomplete = parts.levels.some((level) => !ctx.isWhole(level.declaration));
    this.own = ownNames(ctx, this.names, this.incomplete);
  }

  run(): ModelInstance {
    const { declaration, rows } = this.parts;
    const before = this.ctx.report.errors;
    const { application, likelihood } = this.likelihood();
    const network = application?.instance.network ?? null;
    const whole = !this.incomplete;
    const { levels } = this.parts;
    checkModelLines(this.ctx, { names: this.names, levels, whole, network, scopeOf: (level) => this.scope(level) });
    const found = network === null ? NO_LATENTS : this.latents(network);
    const factors = this.factors(application, found);
    const instance = { declaration, name: this.name, names: this.names, application, latents: found };
    if (application === null || network === null) return { ...instance, model: null };
    const sites = this.sites(network, instance.latents);
    const gates = this.gates(network, instance.latents);
    const observed = likelihood === null ? null : this.placedLikelihood(likelihood, instance.latents);
    if (observed === null || sites === null || this.incomplete || this.ctx.report.errors > before) {
      return { ...instance, model: null };
    }
    const model: CheckedModel = {
      kind: 'checked-model',
      name: this.name,
      network,
      input: application.input.name,
      augmented: this.parts.data.derived.some((d) => d.kind === 'augment' && d.column === application.input.name),
      sites: [...instance.latents.sites, ...sites],
      gates,
      likelihood: this.withColumns(observed, factors, network.name),
      factors,
      rows: rows ?? 0,
      span: declaration.span,
    };
    return { ...instance, model };
  }

  /** What expressions of one level may mention, for all sites alike or for one of them. */
  private scope(level: Level, site: SiteRef | null = null, index = 0): Scope {
    return priorScope(level.bindings, this.parts.rows, site, index, this.own);
  }

  private latents(network: CheckedNetwork): Latents {
    const scopeOf = (level: Level, site: SiteRef | null, index: number) => this.scope(level, site, index);
    return checkLatents(this.ctx, { names: this.names, network, scopeOf });
  }

  private gates(network: CheckedNetwork, latents: Latents): readonly CheckedGate[] {
    return this.parts.levels.flatMap((level) =>
      level.lines
        .filter((line) => line.kind === 'gate')
        .flatMap((line) => checkGate(this.ctx, line, this.scope(level), network, latents, this.names)),
    );
  }

  private factors(application: Application | null, latents: Latents): readonly CheckedFactor[] {
    const { data, rows, levels } = this.parts;
    const observed = levels.flatMap((level) => this.observing(level)).map((line) => observedColumn(line, data));
    const parts = { data, rows, own: this.own, names: this.names, observed: observed.at(-1) ?? null };
    return checkFactors(this.ctx, this.networks, { ...parts, application, latents }, levels);
  }

  /** With the columns that factors read of each row beside its own. */
  private withColumns(
    likelihood: CheckedLikelihood,
    factors: readonly CheckedFactor[],
    network: string,
  ): CheckedLikelihood {
    const { data } = this.parts;
    const values = factors.map((factor) => factor.value);
    const read = columnsOf(values, data, network).filter((c) => c.name !== likelihood.observed);
    return { ...likelihood, columns: data.seen.filter((c) => likelihood.columns.includes(c) || read.includes(c)) };
  }

  private placedLikelihood(likelihood: CheckedLikelihood, { pieces }: Latents): CheckedLikelihood | null {
    const at = { path: likelihood.observed, layer: null, group: null };
    const distribution = placed(this.ctx, likelihood.distribution, at, pieces, this.names);
    return distribution === null ? null : { ...likelihood, distribution };
  }

  private siteLines(level: Level): readonly SiteLine[] {
    // By name: the lines of a latent that a model above overrides are not sites either.
    const isLatent = (line: SiteLine) => this.names.get(latentOf(line)?.name.name ?? '')?.kind === 'latent';
    return level.lines.filter((line): line is SiteLine => line.kind === 'site' && !isLatent(line));
  }

  private observing(level: Level): readonly SiteLine[] {
    return this.siteLines(level).filter((line) => observedColumn(line, this.parts.data) !== null);
  }

  /** A model that extends another may have a likelihood of its own in place of its parent's. */
  private likelihood() {
    const { data, rows, declaration, levels } = this.parts;
    const level = levels.findLast((l) => this.observing(l).length > 0);
    const [line, second] = level === undefined ? [] : this.observing(level);
    const { report } = this.ctx;
    if (line === undefined || level === undefined) {
      if (!this.incomplete) this.sayNoLikelihood(declaration);
      return { application: null, likelihood: null };
    }
    const observed = observedColumn(line, data)!;
    const { bindings } = level;
    const { own } = this;
    const found = new LikelihoodCheck(this.ctx, this.networks, { line, observed, data, bindings, rows, own }).run();
    if (second === undefined) return found;
    const twice = observedColumn(second, data) === observed;
    const what = twice ? `observes \`${observed.name}\` twice` : 'observes a second column';
    report.say('BP4008', second.span, `model \`${this.name}\` ${what}`, {
      labels: [{ span: line.span, message: 'the first one' }],
      hint: 'more than one likelihood is not available yet: leave one of the two out',
    });
    return { ...found, likelihood: null };
  }

  private sayNoLikelihood(declaration: ModelDeclaration): void {
    const { data } = this.parts;
    const columns = data.seen.map((c) => c.name);
    const [network] = this.ctx.declarations.networks.keys();
    // A line that names a distribution over the network's output, but whose target is no column, was meant to be it.
    const meant = declaration.lines.find(
      (l) =>
        l.kind === 'site' &&
        l.target.include.length === 1 &&
        l.target.include[0]!.segments.length === 1 &&
        this.likelihoodLike(l),
    );
    if (meant?.kind === 'site') {
      const target = meant.target.include[0]!;
      const written = target.segments[0]!.pattern;
      this.ctx.report.say('BP2001', target.span, `\`${written}\` is no column of \`${data.name}\``, {
        labels: [{ span: { ...data.span, end: data.readerSpan.start }, message: 'the data' }],
        ...suggestedAt(target.span, written, columns, `the columns of \`${data.name}\` are`),
      });
      return;
    }
    this.ctx.report.say(
      'BP4007',
      headOf(declaration),
      `model \`${this.name}\` observes no column of \`${data.name}\``,
      {
        labels: [{ span: { ...data.span, end: data.readerSpan.start }, message: `columns: ${columns.join(', ')}` }],
        hint: `add a line such as \`${columns.at(-1) ?? 'y'} ~ Categorical(logits = ${network ?? 'net'}(${columns[0] ?? 'x'}))\``,
      },
    );
  }

  /** Does its distribution play the role of a likelihood only, or mention a network? */
  private likelihoodLike(line: SiteLine): boolean {
    const expr = line.distribution;
    if (expr.kind !== 'call') return false;
    return expr.args.some((a) => {
      const callee = a.value.kind === 'call' && a.value.callee.kind === 'name' ? a.value.callee.name : null;
      return (
        callee !== null &&
        (this.ctx.declarations.networks.has(callee) || this.parts.levels.some((l) => l.bindings.networks.has(callee)))
      );
    });
  }

  /** Every parameter with its prior; null when one has none. */
  private sites(network: CheckedNetwork, { pieces }: Latents): readonly CheckedSite[] | null {
    const before = this.ctx.report.errors;
    const assigned = this.assigned(network);
    // A line that reached nothing was most likely meant for those that have no prior now.
    const astray = this.ctx.report.errors > before;
    const weighted = network.layers.filter((l) => l.parameters.some((p) => p.counts === 'weight'));
    const priors = new Map<SiteLine, CheckedDistribution | null>();
    const sites: CheckedSite[] = [];
    const without: SiteRef[] = [];
    for (const site of sitesOf(network)) {
      const { line, level } = assigned.get(site.path) ?? { line: undefined, level: undefined };
      const { path, layer, parameter } = site;
      if (line === undefined && !parameter.byName) {
        without.push(site);
        continue;
      }
      const written =
        line === undefined
          ? noPrior(layer.span)
          : this.priorOf(line, this.scope(level, site, weighted.indexOf(layer) + 1), site, priors);
      const at = { path, layer, group: parameter.role };
      const prior = written === null ? null : placed(this.ctx, written, at, pieces, this.names);
      if (prior === null) continue;
      const { shape } = parameter;
      const { span } = layer;
      const priorSpan = line?.span ?? span;
      sites.push({ path, layer: layer.path, parameter, shape, support: 'real', prior, span, priorSpan });
    }
    if (without.length > 0 && !astray) this.sayWithoutPrior(without, network);
    return sites.length === sitesOf(network).length ? sites : null;
  }

  /** The line that gives each site its prior; those of a model win over those of the model that it extends. */
  private assigned(network: CheckedNetwork) {
    const assigned = new Map<string, { readonly line: SiteLine; readonly level: Level }>();
    for (const level of this.parts.levels) {
      const observing = this.observing(level);
      const lines = this.siteLines(level).filter((line) => !observing.includes(line));
      const own = assignLines(this.ctx, lines, network, { code: 'BP4002', noun: 'prior' }, new Set(assigned.keys()));
      for (const [path, line] of own) assigned.set(path, { line, level });
    }
    return assigned;
  }

  /** Worked out once for a line, or once for each site where it mentions `layer`. */
  private priorOf(
    line: SiteLine,
    scope: Scope,
    site: SiteRef,
    known: Map<SiteLine, CheckedDistribution | null>,
  ): CheckedDistribution | null {
    const perLayer = namesIn(line.distribution).has('layer');
    const earlier = perLayer ? undefined : known.get(line);
    if (earlier !== undefined) return earlier;
    if (line.per !== null) sayUnavailable(this.ctx.report, line.span, `a prior \`per ${line.per.name}\``);
    const prior = checkDistribution(this.ctx, line.distribution, 'prior', scope);
    const fitting = prior === null || !this.supportFits(prior, site) ? null : prior;
    known.set(line, fitting);
    return fitting;
  }

  private supportFits(prior: CheckedDistribution, site: SiteRef): boolean {
    const record = this.ctx.distribution(prior.name)!;
    if (record.support === 'real') return true;
    this.ctx.report.say(
      'BP4003',
      prior.span,
      `\`${record.name}\` covers ${SUPPORT_NOUN[record.support]} only, but \`${site.path}\` can be any real number`,
      {
        labels: [{ span: site.layer.span, message: `\`${site.path}\` is declared here` }],
        hint: 'use a prior over all real numbers, such as `Normal(0, 1)`',
      },
    );
    return false;
  }

  private sayWithoutPrior(without: readonly SiteRef[], network: CheckedNetwork): void {
    if (this.incomplete) return;
    const paths = without.map((s) => s.path);
    const [only] = without;
    const subject = paths.length === 1 ? `\`${only!.path}\` has` : `${listed(paths)} have`;
    const added = `${shortSelector(without)} ~ Normal(0, 1)`;
    const before = this.parts.declaration.lines[0]?.span;
    this.ctx.report.say('BP4001', headOf(this.parts.declaration), `${subject} no prior in model \`${this.name}\``, {
      labels: [{ span: only!.layer.span, message: `\`${only!.path}\` of network \`${network.name}\`` }],
      hint: `add \`${added}\`, or \`Flat()\` for no prior on purpose`,
      fix: before === undefined ? null : replacement({ ...before, end: before.start }, `${added}; `),
    });
  }
}

/** `*.bias` when all that is missing has one role, else the first path. */
function shortSelector(sites: readonly SiteRef[]): string {
  const roles = new Set(sites.map((s) => s.parameter.role));
  if (sites.length === 1) return sites[0]!.path;
  return roles.size === 1 ? `*.${[...roles][0]}` : '*';
}

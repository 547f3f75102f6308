/**
 * Which optimizer follows which site. One for all that the program names no other for; sites with the same optimizer share its scalars.
 * The scalars of `optimizer` have their own names, `adam.rate`, those of the others a number before them, `2:sgd.rate`.
 */
import type { Expr, HostValue } from '../base/expr.ts';
import { isBinary } from '../base/supports.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { CheckedOptimizer, CheckedSite } from '../language/check/checked.ts';
import type { EngineRequest } from './engine.ts';
import type { Update, UpdateInputs } from './optimizer.ts';
import { optimizers } from './optimizers/index.ts';

/** The optimizer of one site. */
export interface SiteOptimizer {
  /** Names of the tensors that it keeps for each parameter. */
  readonly slots: readonly string[];
  /** Whether it takes the prior of a point by its proximal map. */
  readonly takesPrior: boolean;
  /** `scalar` is asked for the names of `scalars`. */
  update(b: GraphBuilder, inputs: UpdateInputs): Update;
}

export interface SiteOptimizers {
  of(site: string): SiteOptimizer;
  /** What all of them need to know at each step. */
  readonly scalars: Readonly<Record<string, Expr>>;
}

/** Of a site that stays where it is, or that a rule or a kernel moves between two steps. */
const HELD: Made = {
  slots: [],
  takesPrior: false,
  update: (_, { parameter }) => ({ parameter, slots: {} }),
  scalars: {},
};

/** Whether no gradient moves the site: a rule or a kernel does, `sites` names others, or it is a latent of 0 and 1 at a point. */
export function isHeld(
  { moves = [], guide, options: { sites } }: EngineRequest,
  { path, support }: CheckedSite,
): boolean {
  if (isBinary(support) && guide.some((g) => g.site === path && g.family === 'Delta')) return true;
  return moves.some((move) => move.sites.includes(path)) || (Array.isArray(sites) && !sites.includes(path));
}

export function siteOptimizers(request: EngineRequest): SiteOptimizers {
  const { optimizer, optimizers: own = {}, density } = request;
  const made = new Map<string, Made>();
  const makeOnce = (chosen: CheckedOptimizer): Made => {
    const key = keyOf(chosen);
    const known = made.get(key) ?? make(chosen, made.size === 0 ? '' : `${made.size + 1}:`);
    made.set(key, known);
    return known;
  };
  const common = makeOnce(optimizer);
  const bySite = new Map(Object.entries(own).map(([site, chosen]) => [site, makeOnce(chosen)]));
  for (const site of density.sites) if (isHeld(request, site)) bySite.set(site.path, HELD);
  const needed = new Set(density.sites.map(({ path }) => bySite.get(path) ?? common));
  return {
    of: (site) => bySite.get(site) ?? common,
    scalars: Object.assign({}, ...[...needed].map(({ scalars }) => scalars)),
  };
}

interface Made extends SiteOptimizer {
  readonly scalars: Readonly<Record<string, Expr>>;
}

function make({ name, rate, options }: CheckedOptimizer, prefix: string): Made {
  const record = optimizers.get(name);
  if (record === undefined) throw new Error(`internal: optimizer ${name} is not registered`);
  const scalars = Object.entries(record.scalars(rate, options)).map(([scalar, expr]) => [prefix + scalar, expr]);
  return {
    slots: record.slots(options),
    takesPrior: record.takesPrior === true,
    update: (b, inputs) => record.update(b, { ...inputs, scalar: (scalar) => inputs.scalar(prefix + scalar) }, options),
    scalars: Object.fromEntries(scalars),
  };
}

/** The same for optimizers that do the same, wherever they stand. */
function keyOf({ name, rate, options }: CheckedOptimizer): string {
  return JSON.stringify([name, rate, options], (key, value: HostValue) => (key === 'span' ? undefined : value));
}

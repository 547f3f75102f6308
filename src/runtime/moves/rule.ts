/**
 * The rule of a `move` as a function of numbers, in double precision: what becomes of a `param` in the groups of one layer. Expressions
 * of plain numbers are compiled for the host; statistics of the weights, ranks and running means stand in them as names.
 */
import type { Expr } from '../../base/expr.ts';
import { momentOf, normOf, plainCall, reductionOf } from '../../base/statistics.ts';
import { mapParts } from '../../language/check/placement.ts';
import { compileNumber } from '../../language/index.ts';

/** What a rule sees of the groups of one layer; of a `param` without a plate, of the one group that all weights are. */
export interface Groups {
  /** The `param` before, one number for each group. */
  readonly values: Float64Array;
  /** 0 where nothing is left of a group. */
  readonly kept: Uint8Array;
  /** Moments of each weight, 0 where it was pruned, and the group that it belongs to. */
  readonly mean: ArrayLike<number>;
  readonly sd: ArrayLike<number>;
  readonly groupOf: Int32Array;
  /** Running means before, in the order in which the rule mentions them, and of how many values they are with the one that comes now. */
  readonly memories: readonly Float64Array[];
  readonly evaluations: number;
  readonly epoch: number;
  readonly step: number;
}

export interface Moved {
  /** Not yet projected; those of groups that are gone as they were. */
  readonly values: Float64Array;
  readonly memories: readonly Float64Array[];
}

export interface Rule {
  /** How many running means it mentions. */
  readonly memories: number;
  move(groups: Groups): Moved;
}

/** One number for each weight, or for each group. */
interface Numbers {
  readonly per: 'weight' | 'group';
  readonly data: ArrayLike<number>;
}

type Part = (groups: Groups, memories: Float64Array[]) => Numbers;

/** `param`: its name in the rule. */
export function ruleOf(param: string, value: Expr): Rule {
  const builder = new Builder(param);
  const whole = builder.part(value);
  return {
    memories: builder.memories,
    move(groups) {
      const memories = groups.memories.map((m) => m.slice());
      const found = perGroup(whole(groups, memories), groups);
      const values = groups.values.map((before, g) => (groups.kept[g] === 0 ? before : found[g]!));
      return { values, memories };
    },
  };
}

class Builder {
  memories = 0;
  private readonly param: string;
  /** A definition puts its arguments in wherever it names them: what stands twice is worked out once, and remembered once. */
  private readonly known = new Map<string, Part>();

  constructor(param: string) {
    this.param = param;
  }

  part(expr: Expr): Part {
    return this.statistic(expr) ?? this.arithmetic(expr);
  }

  /** Null for what is arithmetic of plain numbers. */
  private statistic(expr: Expr): Part | null {
    const key = JSON.stringify(expr, (name, value) => (name === 'span' ? undefined : value));
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const part = this.newStatistic(expr);
    if (part === null) return null;
    const shared = once(part);
    this.known.set(key, shared);
    return shared;
  }

  private newStatistic(expr: Expr): Part | null {
    const moment = momentOf(expr);
    if (moment !== null) return (groups) => ({ per: 'weight', data: moment === 'mean' ? groups.mean : groups.sd });
    const norm = normOf(expr);
    if (norm !== null) {
      const [value, power] = [this.part(norm.value), norm.power === null ? null : this.part(norm.power)];
      return (groups, memories) => {
        const p = power === null ? 2 : power(groups, memories).data[0]!;
        return reduced(value(groups, memories), groups, (members) => normWith(members, p));
      };
    }
    const reduction = reductionOf(expr);
    if (reduction !== null) {
      const value = this.part(reduction.value);
      return (groups, memories) => reduced(value(groups, memories), groups, REDUCTIONS[reduction.by]!);
    }
    const call = plainCall(expr);
    if (call?.name === 'rank') {
      const value = this.part(call.argument);
      return (groups, memories) => ranks(perGroup(value(groups, memories), groups), groups.kept);
    }
    return call?.name === 'running_mean' ? this.runningMean(call.argument) : null;
  }

  private runningMean(argument: Expr): Part {
    const value = this.part(argument);
    const at = this.memories;
    this.memories += 1;
    return (groups, memories) => {
      const now = perGroup(value(groups, memories), groups);
      const mean = memories[at]!;
      for (let g = 0; g < mean.length; g++) {
        if (groups.kept[g] !== 0) mean[g]! += (now[g]! - mean[g]!) / groups.evaluations;
      }
      return { per: 'group', data: mean };
    };
  }

  private arithmetic(expr: Expr): Part {
    const inner = new Map<string, Part>();
    const named = (part: Expr): Expr => {
      const statistic = this.statistic(part);
      if (statistic === null) return mapParts(part, named);
      const name = `statistic_${inner.size}`;
      inner.set(name, statistic);
      return { kind: 'name', name, span: part.span };
    };
    const compute = compileNumber(named(expr));
    return (groups, memories) => {
      const parts = [...inner].map(([name, part]) => [name, part(groups, memories)] as const);
      const per = parts.some(([, { per: of }]) => of === 'weight') ? 'weight' : 'group';
      const scope = new Map([
        ['size', groups.values.length],
        ['epoch', groups.epoch],
        ['step', groups.step],
      ]);
      const data = new Float64Array(per === 'weight' ? groups.groupOf.length : groups.values.length);
      for (let i = 0; i < data.length; i++) {
        const group = per === 'weight' ? groups.groupOf[i]! : i;
        for (const [name, numbers] of parts) scope.set(name, numbers.data[numbers.per === 'weight' ? i : group]!);
        scope.set(this.param, groups.values[group]!);
        data[i] = compute(scope);
      }
      return { per, data };
    };
  }
}

/** The value of one use of the rule, whoever asks for it. */
function once(part: Part): Part {
  let use: Float64Array[] | null = null;
  let value: Numbers | null = null;
  return (groups, memories) => {
    if (use !== memories || value === null) value = part(groups, memories);
    use = memories;
    return value;
  };
}

/** A group of single weights has what each of them has. */
function perGroup({ per, data }: Numbers, { groupOf, values }: Groups): Float64Array {
  if (per === 'group') return Float64Array.from(data);
  const found = new Float64Array(values.length);
  groupOf.forEach((group, i) => {
    found[group] = data[i]!;
  });
  return found;
}

/** Over the members of each group; what is the same for all of them counts once for each. */
function reduced({ per, data }: Numbers, groups: Groups, by: (members: readonly number[]) => number): Numbers {
  const members = Array.from(groups.values, (): number[] => []);
  groups.groupOf.forEach((group, i) => {
    members[group]!.push(data[per === 'weight' ? i : group]!);
  });
  return { per: 'group', data: Float64Array.from(members, by) };
}

const sum = (x: readonly number[]) => x.reduce((total, v) => total + v, 0);

const REDUCTIONS: Readonly<Record<string, (members: readonly number[]) => number>> = {
  sum,
  mean: (x) => sum(x) / x.length,
  max: (x) => x.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
  min: (x) => x.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
  norm: (x) => normWith(x, 2),
};

function normWith(x: readonly number[], p: number): number {
  if (p === 1) return sum(x.map(Math.abs));
  if (p === 2) return Math.sqrt(sum(x.map((v) => v * v)));
  return sum(x.map((v) => Math.abs(v) ** p)) ** (1 / p);
}

/** 0 for the smallest of the groups that are kept; of equal ones the first comes first. */
function ranks(values: Float64Array, kept: Uint8Array): Numbers {
  const order = [...values.keys()].filter((g) => kept[g] !== 0).sort((a, b) => values[a]! - values[b]! || a - b);
  const data = new Float64Array(values.length);
  order.forEach((group, rank) => {
    data[group] = rank;
  });
  return { per: 'group', data };
}

/**
 * Closes expressions: constants and definitions are put in, conditions that are known are decided, every other name is one
 * that the surrounding scope knows. What cannot be closed is reported and becomes an error node.
 */
import type { Label } from '../../base/diagnostic.ts';
import type { Argument, Expr, HostValue } from '../../base/expr.ts';
import { replacement } from '../../base/fix.ts';
import { namedNumbers } from '../../base/functions.ts';
import type { Span } from '../../base/span.ts';
import { evaluateConstant, holdsError } from '../evaluate/constant.ts';
import type { DefDeclaration } from '../syntax/ast.ts';
import type { Context } from './context.ts';
import { KNOWN_WHILE_TRAINING, kindOf, ROW_COUNT } from './declarations.ts';
import { ELSEWHERE, meantElsewhere } from './elsewhere.ts';
import { matchArguments } from './match-arguments.ts';
import { PLANNED, sayPlanned } from './planned.ts';
import type { Range } from './ranges.ts';
import { suggestedAt } from './report.ts';
import { nounOf, type Typed, typeOf } from './types.ts';

export interface Origin extends Label {
  /** What would be positive in place of the name, behind "and so is". */
  readonly positive: string;
}

/** Which names beyond constants and definitions may stand here. */
export interface Scope {
  /** Asked first at every node: the closed form of what it knows, else null. `close` closes a part of it. */
  resolve(expr: Expr, close: (part: Expr) => Expr): Expr | null;
  /** The type of what `resolve` leaves in the tree. */
  typeOf(expr: Expr): Typed | null;
  /** Which numbers a name or a network's output can be; null where nothing is known, undefined for what is neither. */
  rangeOf?(expr: Expr): Range | null | undefined;
  /** Where a name was declared, and what makes its range. */
  originOf?(name: string): Origin | null;
  /** What it knows, for suggestions. */
  readonly names: readonly string[];
  /** Lines that could have declared more names could not be read. */
  readonly incomplete?: boolean;
  /** Names that can be meant, but that only later versions know. */
  readonly planned?: readonly string[];
}

/** Constants, definitions and functions, nothing else. */
export const constantScope: Scope = { resolve: () => null, typeOf: () => null, names: [] };

export function errorNode(span: Span): Expr {
  return { kind: 'error', span };
}

/** The closed form of `expr`. It holds error nodes where something was reported. */
export function close(ctx: Context, expr: Expr, scope: Scope): Expr {
  return new Closer(ctx, scope, NO_BINDINGS, []).close(expr);
}

type Bindings = ReadonlyMap<string, Expr>;
/** Is it the name of a definition, a function or a distribution? Calls of anything else are reported, and their arguments not looked at. */
export function isCallable(ctx: Context, name: string): boolean {
  return ctx.declarations.defs.has(name) || ctx.catalogue.functions.has(name) || ctx.isDistribution(name);
}

const NO_BINDINGS: Bindings = new Map();

class Closer {
  private readonly ctx: Context;
  private readonly scope: Scope;
  /** Closed arguments of the definition that is being expanded. */
  private readonly bound: Bindings;
  /** Definitions that are being expanded. */
  private readonly stack: readonly DefDeclaration[];

  constructor(ctx: Context, scope: Scope, bound: Bindings, stack: readonly DefDeclaration[]) {
    this.ctx = ctx;
    this.scope = scope;
    this.bound = bound;
    this.stack = stack;
  }

  close(expr: Expr): Expr {
    const argument = expr.kind === 'name' ? this.bound.get(expr.name) : undefined;
    const known = argument ?? this.scope.resolve(expr, (part) => this.close(part));
    if (known !== null) return known;
    switch (expr.kind) {
      case 'name':
        return this.name(expr.name, expr.span);
      case 'list':
        return { ...expr, items: expr.items.map((item) => this.close(item)) };
      case 'unary':
        return { ...expr, operand: this.close(expr.operand) };
      case 'binary':
        return { ...expr, left: this.close(expr.left), right: this.close(expr.right) };
      case 'conditional':
        return this.conditional(expr);
      case 'index':
        return { ...expr, object: this.close(expr.object), indices: expr.indices.map((i) => this.close(i)) };
      case 'member':
        return this.member(expr);
      case 'call':
        return this.call(expr);
      default:
        return expr;
    }
  }

  private name(name: string, place: Span): Expr {
    if (this.ctx.declarations.consts.has(name)) return constantValue(this.ctx, name, place);
    const known = namedNumbers.get(name);
    if (known !== undefined) return literal(known, errorNode(place));
    if (!this.ctx.declarations.incomplete && this.scope.incomplete !== true) this.unknownName(name, place);
    return errorNode(place);
  }

  private unknownName(name: string, place: Span): void {
    const { catalogue, declarations, report } = this.ctx;
    const kind = kindOf(name, declarations) ?? (catalogue.functions.has(name) ? 'a function' : null);
    if (KNOWN_WHILE_TRAINING.includes(name)) {
      const hint = 'use it in a schedule, such as the rate of an optimizer; in a `def`, make it a parameter';
      report.say('BP2021', place, `\`${name}\` has no value here: it counts while training`, { hint });
    } else if (name === ROW_COUNT) {
      const hint = 'use it in a model or in a run, where the data are known';
      report.say('BP2021', place, '`N`, the number of training rows, is not known here', { hint });
    } else if (catalogue.criteria.has(name)) {
      const hint = 'use it in `prune ... where` or `prune ... by`';
      report.say('BP2021', place, `\`${name}\` is a pruning criterion and has no value here`, { hint });
    } else if (this.ctx.isDistribution(name)) {
      report.say('BP2005', place, `\`${name}\` is a distribution and is written with brackets`, {
        hint: `write \`${name}()\``,
        fix: replacement(place, `${name}()`),
      });
    } else if (kind !== null) {
      const hint = kind === 'a function' ? `call it: \`${name}(...)\`` : 'put a number or a constant here';
      report.say('BP2005', place, `\`${name}\` is ${kind}, not a value`, { hint });
    } else {
      const constants = [...declarations.consts.keys()].filter((known) => this.ctx.constants.get(known) !== 'open');
      const names = [...this.scope.names, ...constants];
      report.say(
        'BP2001',
        place,
        `there is no \`${name}\` here`,
        suggestedAt(place, name, names, 'there is', {
          none: `declare it: \`const ${name} = ...\``,
          planned: this.scope.planned ?? [],
        }),
      );
    }
  }

  private conditional(expr: Extract<Expr, { kind: 'conditional' }>): Expr {
    const condition = this.close(expr.condition);
    const [yes, no] = [this.close(expr.then), this.close(expr.else)];
    // biome-ignore lint/suspicious/noThenProperty: the tree uses the language's own words
    const closed: Expr = { ...expr, condition, then: yes, else: no };
    const decided = this.knownTruth(condition, closed);
    return decided === null ? closed : { ...(decided ? yes : no), span: expr.span };
  }

  /** The value of a condition that is known before the run; null for all others, and where the types are wrong. */
  private knownTruth(condition: Expr, whole: Expr): boolean | null {
    if (holdsError(condition) || typeOf(this.ctx, condition, this.scope).stage !== 'constant') return null;
    if (!holdsError(whole) && typeOf(this.ctx, whole, this.scope).type === 'unknown') return null;
    const result = evaluateConstant(condition);
    return result.ok && typeof result.value === 'boolean' ? result.value : null;
  }

  private member(expr: Extract<Expr, { kind: 'member' }>): Expr {
    if (expr.object.kind === 'name' && expr.object.name === LAYER && !this.ctx.declarations.consts.has(LAYER)) {
      return this.layerPart(expr.name, expr.span);
    }
    const object = this.close(expr.object);
    if (object.kind !== 'error') {
      this.ctx.report.say('BP2005', expr.span, `a value has no part \`${expr.name}\``, {
        hint: 'figures of evaluate steps are named in `require`: `require final.error <= 2%`',
      });
    }
    return errorNode(expr.span);
  }

  /** `layer.NAME` where there is no layer, or no such number of one. */
  private layerPart(name: string, place: Span): Expr {
    const parts = LAYER_QUANTITIES.map((part) => `${LAYER}.${part}`);
    const written = `${LAYER}.${name}`;
    this.ctx.report.say('BP2001', place, `there is no \`${written}\` here`, {
      ...(parts.includes(written)
        ? { hint: 'use it in a line about parameters of layers, which is put in for each of them' }
        : suggestedAt(place, written, parts, 'of a layer there is')),
    });
    return errorNode(place);
  }

  private call(expr: Extract<Expr, { kind: 'call' }>): Expr {
    if (expr.callee.kind !== 'name') {
      // `draw(net, Normal(0, 1))(x)`: what is wrong with the first brackets is said of them.
      const callee = expr.callee.kind === 'call' ? this.close(expr.callee) : expr.callee;
      if (callee.kind !== 'error') {
        this.ctx.report.say('BP2005', expr.callee.span, 'only functions can be called', {
          hint: 'write the name of a function before the brackets',
        });
      }
      return errorNode(expr.span);
    }
    const { name, span } = expr.callee;
    const definition = this.ctx.declarations.defs.get(name);
    if (!isCallable(this.ctx, name)) {
      // Its arguments may be names that only it would understand.
      this.unknownFunction(name, span);
      return errorNode(expr.span);
    }
    const args = expr.args.map((a) => this.argument(a));
    return definition === undefined ? { ...expr, args } : this.expand(definition, { ...expr, args });
  }

  private argument(argument: Argument): Argument {
    const weight = argument.weight === null ? null : this.close(argument.weight);
    return { ...argument, weight, value: this.close(argument.value) };
  }

  private unknownFunction(name: string, place: Span): void {
    const { catalogue, declarations, report } = this.ctx;
    if (declarations.incomplete) return;
    if (LATER_CALLS[name] !== undefined) {
      report.say('BP2003', place, `${LATER_CALLS[name]} is not available yet in this version`, {
        hint: 'leave it out',
      });
      return;
    }
    const capital = /^[A-Z]/.test(name);
    const kind = kindOf(name, declarations);
    if (kind === null && sayPlanned(report, capital ? 'distribution' : 'function', name, place)) return;
    if (kind !== null) {
      const instead: Readonly<Record<string, string>> = {
        'a network': 'a network is applied to a column in the likelihood of a model',
        'a block': `write \`${name}(...)\` on a line of its own in a network`,
      };
      const hint = instead[kind] ?? 'functions are declared with `def`';
      report.say('BP2005', place, `\`${name}\` is ${kind} and cannot be called here`, { hint });
      return;
    }
    // Distributions are the names with a capital.
    const functions = [...declarations.networks.keys(), ...declarations.defs.keys(), ...catalogue.functions.names];
    const distributions = [...declarations.densities.keys(), ...catalogue.distributions.names];
    const isLower = distributions.some((d) => d.toLowerCase() === name);
    const names = capital || isLower ? distributions : functions;
    const planned = PLANNED[capital ? 'distribution' : 'function'];
    const hinted = ELSEWHERE.has(name)
      ? meantElsewhere(name, place, functions)
      : suggestedAt(place, name, names, 'there is', { planned: planned ?? [] });
    report.say('BP2001', place, `there is no ${capital ? 'distribution' : 'function or network'} \`${name}\``, hinted);
  }

  /** The body of a definition with its arguments put in. */
  private expand(definition: DefDeclaration, call: Extract<Expr, { kind: 'call' }>): Expr {
    this.ctx.used.add(definition);
    if (this.stack.includes(definition)) {
      this.reportCycle(definition, call.span);
      return errorNode(call.span);
    }
    const bound = this.bindArguments(definition, call);
    if (bound === null) return errorNode(call.span);
    return new Closer(this.ctx, this.scope, bound, [...this.stack, definition]).close(definition.body);
  }

  /** Once for each circle, wherever it is entered. */
  private reportCycle(definition: DefDeclaration, place: Span): void {
    const circle = this.stack.slice(this.stack.indexOf(definition));
    if (circle.some((d) => this.ctx.circles.has(d))) return;
    for (const d of circle) this.ctx.circles.add(d);
    const path = [...circle, definition].map((d) => d.name.name);
    this.ctx.report.say('BP2004', place, `\`${definition.name.name}\` is defined by itself: ${path.join(' -> ')}`, {
      labels: [{ span: definition.name.span, message: 'defined here' }],
      hint: 'break the circle: a definition may not call itself',
    });
  }

  private bindArguments(definition: DefDeclaration, call: Extract<Expr, { kind: 'call' }>): Bindings | null {
    const { parameters, name } = definition;
    const specs = parameters.map((p) => ({ name: p.name.name, required: p.default === null }));
    const matched = matchArguments(this.ctx, call, specs, `\`${name.name}\``, definition.name.span);
    if (matched === null) return null;
    const bound = new Map<string, Expr>();
    for (const { name: parameter, default: standard } of parameters) {
      const given = matched.get(parameter.name)?.value;
      bound.set(parameter.name, given ?? close(this.ctx, standard!, constantScope));
    }
    return bound;
  }
}

const LAYER = 'layer';
/** What a line that is put in for each layer knows of it: its place, and the numbers of its inputs and outputs. */
export const LAYER_QUANTITIES: readonly string[] = ['index', 'inputs', 'outputs'];

/** Calls that the grammar makes of words whose meaning comes later. */
const LATER_CALLS: Readonly<Record<string, string>> = {
  over: 'a reduction with `over`',
  every: 'a period with `every`',
};

/** The value of a constant as it stands at `place`: a literal, or a closed distribution. */
export function constantValue(ctx: Context, name: string, place: Span): Expr {
  const declaration = ctx.declarations.consts.get(name)!;
  ctx.used.add(declaration);
  const known = ctx.constants.get(name);
  if (known === 'open') {
    const path = [...ctx.constants].filter(([, value]) => value === 'open').map(([n]) => n);
    const circle = [...path.slice(path.indexOf(name)), name].join(' -> ');
    ctx.report.say('BP2004', place, `\`${name}\` is defined by itself: ${circle}`, {
      labels: [{ span: declaration.name.span, message: 'defined here' }],
      hint: 'break the circle: give one of them a value of its own',
    });
    return errorNode(place);
  }
  const value = known ?? workOut(ctx, name);
  return { ...value, span: place };
}

function workOut(ctx: Context, name: string): Expr {
  const declaration = ctx.declarations.consts.get(name)!;
  ctx.constants.set(name, 'open');
  const own = settle(ctx, declaration.value);
  const override = ctx.overrides.get(name);
  const value = override === undefined ? own : overridden(ctx, name, own, settle(ctx, override));
  ctx.constants.set(name, value);
  return value;
}

/** A closed constant expression, computed where it is not a distribution. */
function settle(ctx: Context, expr: Expr): Expr {
  const closed = close(ctx, expr, constantScope);
  const typed = typeOf(ctx, closed, constantScope);
  if (typed.type === 'unknown') return errorNode(expr.span);
  if (typed.type === 'distribution') return closed;
  const result = evaluateConstant(closed);
  if (result.ok) return literal(result.value, closed);
  if (result.diagnostic !== null) ctx.report.add(result.diagnostic);
  return errorNode(expr.span);
}

function overridden(ctx: Context, name: string, own: Expr, value: Expr): Expr {
  if (own.kind === 'error' || value.kind === 'error' || own.kind === value.kind) return value;
  const declaration = ctx.declarations.consts.get(name)!;
  const [wanted, given] = [own, value].map((e) => nounOf(typeOf(ctx, e, constantScope).type));
  ctx.report.say('BP2012', value.span, `\`${name}\` is ${wanted}, but \`--set\` gives it ${given}`, {
    labels: [{ span: declaration.span, message: 'declared here' }],
    hint: own.kind === 'boolean' ? `write \`--set ${name}=true\` or \`--set ${name}=false\`` : `give it ${wanted}`,
  });
  return errorNode(value.span);
}

/** A value as an expression at the place of `from`, whose percent sign it keeps. */
export function literal(value: HostValue, from: Expr): Expr {
  const { span } = from;
  if (typeof value === 'number') {
    const percent = from.kind === 'number' && from.percent;
    const unit = from.kind === 'number' ? from.unit : null;
    return { kind: 'number', value, unit, percent, span };
  }
  if (typeof value === 'boolean') return { kind: 'boolean', value, span };
  if (typeof value === 'string') return { kind: 'string', value, span };
  return { kind: 'list', items: value.map((item) => literal(item, { kind: 'error', span })), span };
}

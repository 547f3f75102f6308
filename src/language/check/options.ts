/** Options against the record that declares them: names, types, ranges, defaults. The same for engines, layers, readers and steps. */
import type { OptionSpec, OptionType, OptionValues, OptionWord } from '../../base/catalogue.ts';
import { type Argument, type Expr, type HostValue, nameSpanOf } from '../../base/expr.ts';
import { replacement } from '../../base/fix.ts';
import type { Span } from '../../base/span.ts';
import { nearest } from '../../base/suggest.ts';
import { close, type Scope } from './closing.ts';
import type { Context } from './context.ts';
import { formatExpr, formatNumber } from './format.ts';
import { sayUnavailable } from './later.ts';
import { listed, suggestedAt } from './report.ts';
import { closedConstant, constantIn, kindOfValue } from './values.ts';

/** An option as it was written; a flag has no value. */
export interface Given {
  readonly name: string;
  readonly nameSpan: Span;
  readonly value: Expr | null;
  readonly span: Span;
}

/** Who has the options, in words: `\`dense\``, `engine \`sgvb\``. */
export interface Owner {
  readonly what: string;
  readonly span: Span;
  /** Options that it will have. */
  readonly planned?: ReadonlySet<string>;
}

export interface Matched {
  /** By option name; only those that exist, each once. */
  readonly given: ReadonlyMap<string, Given>;
  readonly ok: boolean;
}

/** Sorts what was written to the options of the record; unknown, repeated and missing ones are reported. */
export function matchOptions(
  ctx: Context,
  written: readonly Given[],
  specs: readonly OptionSpec[],
  owner: Owner,
): Matched {
  const names = specs.map((s) => s.name);
  const given = new Map<string, Given>();
  let ok = true;
  for (const option of written) {
    const earlier = given.get(option.name);
    if (!names.includes(option.name) && owner.planned?.has(option.name) === true) {
      sayUnavailable(ctx.report, option.nameSpan, `option \`${option.name}\` of ${owner.what}`);
      ok = false;
    } else if (!names.includes(option.name)) {
      ctx.report.say('BP2013', option.nameSpan, `${owner.what} has no option \`${option.name}\``, {
        ...suggestedAt(option.nameSpan, option.name, names, 'its options are', {
          none: `${owner.what} has no options`,
          planned: owner.planned ?? [],
        }),
      });
      ok = false;
    } else if (earlier !== undefined) {
      ctx.report.say('BP2016', option.nameSpan, `\`${option.name}\` is given twice`, {
        labels: [{ span: earlier.nameSpan, message: 'first here' }],
        hint: 'leave one of the two out',
      });
      ok = false;
    } else {
      given.set(option.name, option);
    }
  }
  for (const spec of specs) {
    if (!spec.required || given.has(spec.name)) continue;
    // A misspelt option is most likely the one that is missing.
    if (ok) {
      ctx.report.say('BP2016', owner.span, `${owner.what} needs \`${spec.name}\``, {
        hint: `\`${spec.name}\`: ${spec.doc}`,
      });
    }
    ok = false;
  }
  return { given, ok };
}

/** Arguments as options: positions go to `order`, one after the other. */
export function argumentsAsOptions(
  ctx: Context,
  args: readonly Argument[],
  order: readonly string[],
  owner: Owner,
): Given[] | null {
  const given: Given[] = [];
  let position = 0;
  let ok = true;
  for (const argument of args) {
    const name = argument.name ?? order[position];
    if (argument.name === null) position++;
    if (name === undefined || argument.weight !== null) {
      const wants = order.length === 0 ? 'takes no arguments' : `takes ${listed(order)}`;
      ctx.report.say('BP2007', argument.span, `${owner.what} has too many arguments`, {
        hint: `${owner.what} ${wants}`,
      });
      ok = false;
    } else {
      given.push({ name, nameSpan: nameSpanOf(argument), value: argument.value, span: argument.span });
    }
  }
  return ok ? given : null;
}

/**
 * All plain values of a record: given ones checked, the others by default; options without a value are left out.
 * Null when something was reported. Schedules, durations and optimizers are the caller's.
 */
export function plainOptions(
  ctx: Context,
  written: readonly Given[],
  specs: readonly OptionSpec[],
  owner: Owner,
  scope: Scope,
): OptionValues | null {
  const { given, ok } = matchOptions(ctx, written, specs, owner);
  const values: Record<string, HostValue> = {};
  let whole = ok;
  for (const spec of specs) {
    const option = given.get(spec.name);
    const value = option === undefined ? spec.default : optionValue(ctx, option, spec, scope);
    if (option !== undefined && value === null) whole = false;
    if (value !== null) values[spec.name] = value;
  }
  return whole ? values : null;
}

/** The checked value of one plain option; null after a report. */
export function optionValue(ctx: Context, option: Given, spec: OptionSpec, scope: Scope): HostValue | null {
  const value = readValue(ctx, option, spec, scope);
  if (value === null) return null;
  const place = option.value?.span ?? option.span;
  const problem = problemWith(value, spec.type);
  if (problem === null) return value;
  const code = problem.range ? 'BP2015' : 'BP2014';
  const told = `\`${spec.name}\` ${problem.message}`;
  const { meant = null, hint } = problem;
  ctx.report.say(
    code,
    place,
    told,
    meant === null ? { hint } : { hint: `did you mean \`${meant}\`?`, fix: replacement(place, meant, hint) },
  );
  return null;
}

function readValue(ctx: Context, option: Given, spec: OptionSpec, scope: Scope): HostValue | null {
  if (option.value === null) {
    if (spec.type.kind === 'boolean') return true;
    ctx.report.say('BP2014', option.span, `\`${spec.name}\` needs a value`, { hint: `write \`${spec.name} = ...\`` });
    return null;
  }
  if (spec.type.kind === 'call') return calledNumber(ctx, option.value, spec.name, spec.type, scope);
  if (spec.type.kind === 'words') return wordIn(ctx, option.value, spec.name, spec.type, scope);
  if (spec.type.kind === 'choice') {
    const word = choiceWord(ctx, option.value, spec.type);
    if (word !== null) return word;
    if (saysSettings(ctx, option.value, spec)) return null;
  }
  return constantIn(ctx, option.value, scope, `\`${spec.name}\``);
}

type Called = Extract<OptionType, { kind: 'call' }>;

/** The number of `sign(0.01)`; null after a report. */
function calledNumber(ctx: Context, value: Expr, name: string, type: Called, scope: Scope): HostValue | null {
  const { word, example } = type;
  const [argument, ...others] = value.kind === 'call' ? value.args : [];
  const called = value.kind === 'call' && value.callee.kind === 'name' && value.callee.name === word;
  if (called && argument?.name === null && others.length === 0)
    return constantIn(ctx, argument.value, scope, `\`${word}\` of \`${name}\``);
  ctx.report.say('BP2014', value.span, `\`${name}\` is \`${word}\` of one number, but gets \`${formatExpr(value)}\``, {
    hint: `write \`${name} = ${word}(${example})\``,
  });
  return null;
}

type Words = Extract<OptionType, { kind: 'words' }>;

/** `kl` as a text, `js_geometric(0.2)` as a list of the word and its number; null after a report. */
function wordIn(ctx: Context, value: Expr, name: string, { words }: Words, scope: Scope): HostValue | null {
  if (value.kind === 'error') return null;
  const head = value.kind === 'call' ? value.callee : value;
  const args = value.kind === 'call' ? value.args : [];
  const given = head.kind === 'name' ? head.name : '';
  const found = words.find(({ word }) => word === given);
  if (found === undefined) {
    const all = words.map(({ word }) => word);
    ctx.report.say('BP2014', value.span, `\`${name}\` cannot be \`${formatExpr(value)}\``, {
      ...(nearest(given, all) === null
        ? { hint: `write ${words.map(formOf).join(', ')}` }
        : suggestedAt(head.span, given, all, 'it is one of')),
    });
    return null;
  }
  const [argument, ...others] = args;
  if (found.argument === null && args.length === 0) return found.word;
  if (found.argument === null || argument === undefined || argument.name !== null || others.length > 0) {
    const takes = found.argument === null ? 'is a word alone' : 'takes one number';
    ctx.report.say('BP2014', value.span, `\`${found.word}\` of \`${name}\` ${takes}`, {
      hint: `write \`${name} = ${formOf(found)}\``,
      fix: found.argument === null ? replacement(value.span, found.word) : null,
    });
    return null;
  }
  const type: OptionType = { ...found.argument, kind: 'number' };
  const number: Given = { name: found.word, nameSpan: head.span, value: argument.value, span: argument.span };
  const read = optionValue(ctx, number, { name: found.word, type, default: null, required: true, doc: '' }, scope);
  return read === null ? null : [found.word, read];
}

function formOf({ word, argument }: OptionWord): string {
  return argument === null ? word : `${word}(${argument.example})`;
}

type Choice = Extract<OptionType, { kind: 'choice' }>;

/** A choice is written as a bare word, which is no name of the program; beside numbers a word that is no constant is a slip. */
function choiceWord(ctx: Context, value: Expr, type: Choice): string | null {
  if (value.kind !== 'name') return null;
  const isWord = type.number === undefined || type.values.includes(value.name);
  const isSlip = !ctx.declarations.consts.has(value.name) && nearest(value.name, type.values) !== null;
  return isWord || isSlip ? value.name : null;
}

/** True after a report of `kernel = rbf(bandwidth = 2)`: settings of a word are options of their own. */
function saysSettings(ctx: Context, value: Expr, spec: OptionSpec): boolean {
  if (spec.type.kind !== 'choice' || value.kind !== 'call' || value.callee.kind !== 'name') return false;
  const { name } = value.callee;
  if (!spec.type.values.includes(name)) return false;
  const named = value.args.filter((a) => a.name !== null).map((a) => `, ${a.name} = ${formatExpr(a.value)}`);
  ctx.report.say('BP2014', value.span, `\`${spec.name}\` is a word alone: \`${name}\` takes no settings in brackets`, {
    hint: `write \`${spec.name} = ${name}${named.join('')}\``,
    fix: replacement(value.span, `${name}${named.join('')}`),
  });
  return true;
}

interface Problem {
  readonly range: boolean;
  readonly message: string;
  readonly hint: string | null;
  /** What the value was most likely to be. */
  readonly meant?: string | null;
}

function problemWith(value: HostValue, type: OptionType): Problem | null {
  const wrong = (wanted: string, hint: string | null): Problem => ({
    range: false,
    message: `is ${wanted}, but gets ${kindOfValue(value)}`,
    hint,
  });
  switch (type.kind) {
    case 'integer':
    case 'number':
    case 'call':
      return typeof value === 'number'
        ? outOfRange(value, type.kind === 'call' ? { ...type.argument, kind: 'number' } : type)
        : wrong('a number', 'put a number here');
    case 'boolean':
      return typeof value === 'boolean' ? null : wrong('`true` or `false`', 'write `true` or `false`');
    case 'string':
      return typeof value === 'string' ? null : wrong('a text', 'put it in double quotes');
    case 'strings':
      return Array.isArray(value) && value.every((v) => typeof v === 'string')
        ? null
        : wrong('a list of texts', 'write `["a", "b"]`');
    case 'integers':
      return Array.isArray(value) && value.length > 0 && value.every((v) => typeof v === 'number')
        ? firstOutOfRange(value as readonly number[], { kind: 'integer', min: type.min })
        : wrong('a list of whole numbers', 'write `[7, 7, 16]` for instance');
    case 'choice':
      if (typeof value === 'number' && type.number !== undefined) {
        return outOfRange(value, { ...type.number, kind: type.number.whole === true ? 'integer' : 'number' });
      }
      if (typeof value !== 'string') {
        const words = listed(type.values);
        return type.number === undefined
          ? wrong(`one of ${words}`, `write ${words}`)
          : wrong(`a number or ${words}`, `put a number here, or ${words}`);
      }
      if (type.values.includes(value)) return null;
      return {
        range: true,
        message: `cannot be \`${value}\``,
        hint: `it is ${type.number === undefined ? 'one of' : 'a number or'} ${listed(type.values)}`,
        meant: nearest(value, type.values),
      };
    default:
      return null;
  }
}

function outOfRange(value: number, type: Extract<OptionType, { kind: 'integer' | 'number' }>): Problem | null {
  const { min, max } = type;
  const exclusive = type.kind === 'number' && type.exclusiveMin === true;
  const whole = type.kind === 'integer' ? 'a whole number of ' : '';
  const low = min === undefined ? '' : exclusive ? `above ${min}` : `at least ${min}`;
  const high = max === undefined ? '' : `at most ${max}`;
  const wanted = `${whole}${[low, high].filter((t) => t !== '').join(' and ')}`.trim();
  const fits =
    (type.kind === 'number' || Number.isInteger(value)) &&
    (min === undefined || (exclusive ? value > min : value >= min)) &&
    (max === undefined || value <= max);
  return fits
    ? null
    : {
        range: true,
        message: `must be ${wanted}, but is ${formatNumber(value)}`,
        hint: type.kind === 'integer' ? `choose ${wanted}` : `choose a number ${wanted}`,
      };
}

function firstOutOfRange(values: readonly number[], type: Extract<OptionType, { kind: 'integer' }>): Problem | null {
  return values.map((value) => outOfRange(value, type)).find((problem) => problem !== null) ?? null;
}

/** `1 epoch`, `50 steps`; null after a report. */
export function period(
  ctx: Context,
  option: Given,
  spec: OptionSpec,
  scope: Scope,
): { readonly count: number; readonly unit: 'epochs' | 'steps' } | null {
  const { value } = option;
  const closed = value === null ? null : close(ctx, value, scope);
  const unit = closed?.kind === 'number' ? closed.unit : null;
  const bare: Given = closed?.kind === 'number' ? { ...option, value: { ...closed, unit: null } } : option;
  const exclusiveMin = spec.type.kind !== 'period' || spec.type.fromZero !== true;
  const type = { kind: 'number', min: 0, exclusiveMin } as const;
  const count = optionValue(ctx, bare, { ...spec, type }, scope);
  return typeof count === 'number' ? { count, unit: unit === 'steps' ? 'steps' : 'epochs' } : null;
}

/** A duration in the unit of its option; null after a report. */
export function duration(ctx: Context, option: Given, spec: OptionSpec, scope: Scope): number | null {
  const { value } = option;
  if (value === null) {
    ctx.report.say('BP2014', option.span, `\`${spec.name}\` needs a value`, { hint: `write \`${spec.name} = 20\`` });
    return null;
  }
  const unit = spec.type.kind === 'duration' ? spec.type.unit : null;
  const closed = close(ctx, value, scope);
  if (closed.kind === 'number' && closed.unit !== null && closed.unit !== unit) {
    ctx.report.say('BP2017', closed.span, `\`${spec.name}\` is given in ${unit}, not in ${closed.unit}`, {
      hint: `write \`${closed.unit} = ${formatNumber(closed.value)}\` in its place`,
      fix: {
        edits: [
          { span: option.nameSpan, text: closed.unit! },
          { span: closed.span, text: formatNumber(closed.value) },
        ],
        otherwise: null,
      },
    });
    return null;
  }
  const bare: Expr = closed.kind === 'number' ? { ...closed, unit: null } : closed;
  const length = closedConstant(ctx, bare, scope, `\`${spec.name}\``);
  if (length === null) return null;
  const least = spec.type.kind === 'duration' && spec.type.fromZero === true ? 0 : 1;
  if (typeof length === 'number' && Number.isInteger(length) && length >= least) return length;
  ctx.report.say(
    typeof length === 'number' ? 'BP2015' : 'BP2014',
    value.span,
    `\`${spec.name}\` must be a whole number of at least ${least}, but is ${typeof length === 'number' ? formatNumber(length) : kindOfValue(length)}`,
    { hint: `write \`${spec.name} = 20\` for instance, not \`${formatExpr(value)}\`` },
  );
  return null;
}

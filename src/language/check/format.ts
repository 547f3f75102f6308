/** Expressions, selectors and steps as text in the language: for messages, progress lines and dumps. Brackets only where needed. */
import type { Argument, BinaryOp, Expr } from '../../base/expr.ts';
import type { Options, Selector, Selectors, Step } from '../syntax/ast.ts';

const STRENGTH: Readonly<Record<BinaryOp, number>> = {
  or: 1,
  and: 2,
  ...{ '<': 4, '<=': 4, '>': 4, '>=': 4, '==': 4, '!=': 4 },
  '..': 5,
  ...{ '+': 6, '-': 6 },
  ...{ '*': 7, '/': 7 },
  '^': 9,
};
const PREFIX = { not: 3, '-': 8 } as const;
const ATOM = 10;

export function formatExpr(expr: Expr): string {
  switch (expr.kind) {
    case 'number':
      return formatLiteral(expr);
    case 'string':
      return JSON.stringify(expr.value);
    case 'boolean':
      return String(expr.value);
    case 'name':
      return expr.name;
    case 'list':
      return `[${expr.items.map(formatExpr).join(', ')}]`;
    case 'unary':
      return `${expr.op === 'not' ? 'not ' : '-'}${inside(expr.operand, PREFIX[expr.op])}`;
    case 'binary':
      return formatBinary(expr);
    case 'conditional':
      return `if ${formatExpr(expr.condition)} then ${formatExpr(expr.then)} else ${formatExpr(expr.else)}`;
    case 'call':
      return `${inside(expr.callee, ATOM)}(${expr.args.map(formatArgument).join(', ')})`;
    case 'index':
      return `${inside(expr.object, ATOM)}[${expr.indices.map(formatExpr).join(', ')}]`;
    case 'member':
      return `${inside(expr.object, ATOM)}.${expr.name}`;
    case 'error':
      return '...';
  }
}

function formatBinary(expr: Extract<Expr, { kind: 'binary' }>): string {
  const strength = STRENGTH[expr.op];
  // `^` binds to the right, all others to the left; comparisons and ranges do not chain.
  const [left, right] = expr.op === '^' ? [strength + 1, PREFIX['-']] : [strength, strength + 1];
  const gap = expr.op === '..' ? '' : ' ';
  return `${inside(expr.left, left)}${gap}${expr.op}${gap}${inside(expr.right, right)}`;
}

function inside(expr: Expr, weakest: number): string {
  const text = formatExpr(expr);
  return strengthOf(expr) < weakest ? `(${text})` : text;
}

function strengthOf(expr: Expr): number {
  if (expr.kind === 'binary') return STRENGTH[expr.op];
  if (expr.kind === 'unary') return PREFIX[expr.op];
  if (expr.kind === 'number' && expr.value < 0) return PREFIX['-'];
  return expr.kind === 'conditional' ? 0 : ATOM;
}

function formatLiteral(expr: Extract<Expr, { kind: 'number' }>): string {
  if (expr.percent) return formatShare(expr.value);
  return `${formatNumber(expr.value)}${expr.unit === null ? '' : ` ${expr.unit}`}`;
}

/** `5000`, `0.001`, `1e-8`: the shortest text that reads back as the same number. */
export function formatNumber(value: number): string {
  return String(value).replace('e+', 'e');
}

/** `75%`; twelve digits, so that 0.07 shows as 7% and not as 7.000000000000001%. */
export function formatShare(share: number): string {
  return `${formatNumber(Number((share * 100).toPrecision(12)))}%`;
}

export function formatArgument(arg: Argument): string {
  if (arg.weight !== null) return `${formatExpr(arg.weight)}: ${formatExpr(arg.value)}`;
  return arg.name === null ? formatExpr(arg.value) : `${arg.name} = ${formatExpr(arg.value)}`;
}

export function formatSelectors(selectors: Selectors): string {
  const list = (all: readonly Selector[]) => all.map(formatSelector).join(', ');
  return list(selectors.include) + (selectors.except.length === 0 ? '' : ` except ${list(selectors.except)}`);
}

export function formatSelector(selector: Selector): string {
  return selector.segments
    .map(({ pattern, indices, args }) => {
      const inner = indices.map((i) => (i.kind === 'selector' ? formatSelector(i) : formatExpr(i)));
      const brackets = inner.length === 0 ? '' : `[${inner.join(', ')}]`;
      return pattern + brackets + (args.length === 0 ? '' : `(${args.map(formatArgument).join(', ')})`);
    })
    .join('.');
}

/** A step on one line, as it could stand in a program. */
export function formatStep(step: Step): string {
  if (step.kind === 'error') return '...';
  const name = step.name === null ? '' : `${step.name.name} = `;
  const from = step.from === null ? '' : ` from ${step.from.name}`;
  return name + formatHead(step) + from + formatOptions(step.options);
}

function formatHead(step: Exclude<Step, { kind: 'error' }>): string {
  switch (step.kind) {
    case 'infer': {
      const model = step.model === null ? '' : ` for ${formatExpr(step.model)}`;
      const guide = step.guide === null ? '' : ` with ${step.guide.name}`;
      return `infer ${step.engine.name}${model}${guide}${step.data === null ? '' : ` on ${formatExpr(step.data)}`}`;
    }
    case 'prune':
    case 'grow': {
      const groups = `${step.kind} ${formatSelectors(step.groups)}`;
      if (step.rule.kind === 'where') return `${groups} where ${formatExpr(step.rule.predicate)}`;
      const { word, amount, perLayer } = step.rule.budget;
      const budget = `${word}${amount === null ? '' : ` ${formatExpr(amount)}`}${perLayer ? ' per layer' : ''}`;
      return `${groups} by ${formatExpr(step.rule.criterion)} ${budget}`;
    }
    case 'evaluate':
      return `evaluate${step.on === null ? '' : ` on ${formatExpr(step.on)}`}`;
    case 'require':
      return `require ${formatExpr(step.condition)}`;
    case 'export':
      return `export ${step.formats.map(formatExpr).join(', ')}`;
    case 'value':
      return formatExpr(step.value);
    default:
      return formatChange(step);
  }
}

type Change = Exclude<
  Step,
  { kind: 'error' | 'infer' | 'prune' | 'grow' | 'evaluate' | 'require' | 'export' | 'value' }
>;

/** Steps that change a state without training, and the heads of those that hold steps. */
function formatChange(step: Change): string {
  switch (step.kind) {
    case 'rewrite':
      return `rewrite ${formatSelectors(step.layers)} as ${formatExpr(step.as)}`;
    case 'quantise':
      return `quantise ${formatSelectors(step.groups)} by ${formatExpr(step.by)}`;
    case 'initialise':
      return `initialise ${formatSelectors(step.groups)}`;
    case 'rewind':
      return `rewind to ${step.to.name}`;
    case 're_estimate':
    case 'compensate':
      return `${step.kind} ${step.what.name}`;
    case 'fix': {
      const of = step.of === null ? '' : ` of ${formatSelectors(step.of)}`;
      return `fix ${step.target.name}${of} = ${formatExpr(step.value)}`;
    }
    case 'compare':
      return `compare with ${step.criteria.map(formatExpr).join(', ')}`;
    case 'repeat':
      return `repeat ${formatExpr(step.count)}`;
    case 'for':
      return `for ${step.variable.name} in ${formatExpr(step.values)}`;
    case 'sweep': {
      const axes = step.axes.map((a) => `${a.name.name} ${a.sign} ${formatExpr(a.value)}`);
      return `sweep ${axes.join(', ')}${step.condition === null ? '' : ` where ${formatExpr(step.condition)}`}`;
    }
    case 'attempt':
      return `attempt while ${formatExpr(step.condition)}`;
  }
}

function formatOptions(options: Options | null): string {
  if (options === null) return '';
  const settings = options.settings.map((s) => `${s.name.name} = ${formatExpr(s.value)}`);
  const ofSites = options.ofSites.map((s) => `${s.name.name} of ${formatSelector(s.site)} = ${formatExpr(s.value)}`);
  const moves = options.moves.map(
    (m) => `move ${m.target.name} ${m.sign} ${formatExpr(m.value)} every ${formatExpr(m.period)}`,
  );
  const every = options.every.map((e) => `every ${formatExpr(e.period)} { ${e.steps.map(formatStep).join('; ')} }`);
  const all = [...options.items.map(formatExpr), ...settings, ...ofSites, ...moves, ...every];
  return all.length === 0 ? '' : ` { ${all.join(', ')} }`;
}

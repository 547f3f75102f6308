/**
 * The lines of a network as a flat list of layers: `for` and `if` are worked out, blocks put in. Each line takes the value of
 * the one before it, unless it names others. After a mistake only names and options are checked: shapes would be guesses.
 */
import { withCommas } from '../../base/counts.ts';
import type { Expr, HostValue } from '../../base/expr.ts';
import { replacement } from '../../base/fix.ts';
import { formatShape, sameShape } from '../../base/host-array.ts';
import type { Span } from '../../base/span.ts';
import { holdsError } from '../evaluate/constant.ts';
import type {
  BlockDeclaration,
  ForLines,
  Identifier,
  IfLines,
  LayerLine,
  NetworkDeclaration,
  NetworkLine,
} from '../syntax/ast.ts';
import { argumentValues, valueScope } from './arguments.ts';
import type { CheckedLayer } from './checked.ts';
import { literal } from './closing.ts';
import { columnType } from './column-types.ts';
import type { Context } from './context.ts';
import { formatType, onlyInputLine, type Values, withSizes } from './input-line.ts';
import { type LineValue, layerOf, type Placed } from './layer-line.ts';
import { suggested } from './report.ts';
import { constantIn, kindOfValue } from './values.ts';

/** A network, or one call of a block: names and counts are its own. */
interface Frame {
  readonly owner: NetworkDeclaration | BlockDeclaration;
  /** Before the paths of its layers: `stage[2].`. */
  readonly prefix: string;
  /** The lines that called blocks, the innermost last. */
  readonly calls: readonly LayerLine[];
  readonly input: LineValue | null;
  readonly names: Map<string, Entry>;
  readonly counts: Map<string, number>;
}

interface Entry {
  readonly name: Identifier;
  /** Null when the line failed. */
  readonly value: LineValue | null;
  /** The turn of a loop that gave it. */
  readonly turn: object;
}

/** Where lines stand: the values of parameters and loop variables, and the turns of the loops around them. */
interface Place {
  readonly frame: Frame;
  readonly values: ReadonlyMap<string, Expr>;
  readonly turns: readonly object[];
}

/** More lines than any network needs, and few enough to be worked through in a moment. */
const MOST_LINES = 20_000;

export class Expansion {
  readonly layers: CheckedLayer[] = [];
  private readonly ctx: Context;
  private readonly declaration: NetworkDeclaration;
  private readonly values: ReadonlyMap<string, Expr>;
  private lines = 0;
  private broken = false;

  constructor(ctx: Context, declaration: NetworkDeclaration, values: ReadonlyMap<string, Expr>) {
    this.ctx = ctx;
    this.declaration = declaration;
    this.values = values;
  }

  /** The value of the last line; null when something was reported. */
  run(input: LineValue | null): LineValue | null {
    const frame: Frame = { ...emptyFrame(input), owner: this.declaration, prefix: '', calls: [] };
    const place: Place = { frame, values: this.values, turns: [{}] };
    const output = this.expand(withoutInput(this.declaration), place, input);
    return this.broken ? null : output;
  }

  private expand(lines: readonly NetworkLine[], place: Place, before: LineValue | null): LineValue | null {
    let value = before;
    for (const line of lines) {
      if (this.lines > MOST_LINES) return null;
      if (++this.lines > MOST_LINES) this.sayTooLarge(line);
      value = this.line(line, place, value);
      if (value === null) this.broken = true;
    }
    return value;
  }

  private sayTooLarge(line: NetworkLine): void {
    const name = this.declaration.name.name;
    this.ctx.report.say(
      'BP3007',
      line.span,
      `network \`${name}\` expands to more than ${withCommas(MOST_LINES)} lines`,
      {
        hint: 'make the ranges of its `for` lines shorter',
      },
    );
    this.broken = true;
  }

  private line(line: NetworkLine, place: Place, before: LineValue | null): LineValue | null {
    switch (line.kind) {
      case 'layer':
        return this.layerLine(line, place, before);
      case 'for':
        return this.forLines(line, place, before);
      case 'if':
        return this.ifLines(line, place, before);
      case 'input':
        return this.sayInput(line.span, place);
      case 'error':
        return null;
    }
  }

  /** An `input` line that is not at the top of a network or block. */
  private sayInput(span: Span, { frame }: Place): null {
    this.ctx.report.say('BP3004', span, 'there is an `input` line inside `for` or `if`', {
      hint: `put it on the first line of the ${frame.owner.kind}`,
    });
    return null;
  }

  private forLines(line: ForLines, place: Place, before: LineValue | null): LineValue | null {
    const values = constantIn(this.ctx, line.values, valueScope(place.values), 'the list of `for`');
    if (values === null) return null;
    if (!Array.isArray(values)) {
      this.ctx.report.say('BP2008', line.values.span, `\`for\` goes through a list, but gets ${kindOfValue(values)}`, {
        hint: 'write a range such as `1..3`, or a list such as `[16, 32, 64]`',
      });
      return null;
    }
    if (line.lines.length === 0) return before;
    let value = before;
    for (const item of values as readonly HostValue[]) {
      const bound = literal(item, { kind: 'error', span: line.variable.span });
      const inner = new Map(place.values).set(line.variable.name, bound);
      value = this.expand(line.lines, { ...place, values: inner, turns: [...place.turns, {}] }, value);
      if (this.lines > MOST_LINES) return null;
    }
    return value;
  }

  /** Only the lines that are chosen are looked at. */
  private ifLines(line: IfLines, place: Place, before: LineValue | null): LineValue | null {
    const condition = constantIn(this.ctx, line.condition, valueScope(place.values), 'the condition of `if`');
    if (condition === null) return null;
    if (typeof condition !== 'boolean') {
      const found = kindOfValue(condition);
      this.ctx.report.say('BP2008', line.condition.span, `\`if\` takes a truth value, but gets ${found}`, {
        hint: 'compare it: `if stride > 1 { ... }`',
      });
      return null;
    }
    return this.expand(condition ? line.chosen : line.otherwise, place, before);
  }

  private layerLine(line: LayerLine, place: Place, before: LineValue | null): LineValue | null {
    const kind = line.layer.name;
    const block = this.ctx.declarations.blocks.get(kind);
    const record = this.ctx.catalogue.layers.get(kind);
    const fresh = this.isFresh(line, place);
    const source = line.from === null ? before : this.named(line.from, place);
    let value: LineValue | null = null;
    if (block !== undefined) value = this.blockLine(line, block, place, source);
    else if (record === undefined) this.unknownLayer(line.layer);
    else {
      const placed: Placed = {
        path: this.pathOf(line, place),
        scope: valueScope(place.values),
        calls: place.frame.calls,
        source,
        named: (name) => this.named(name, place),
      };
      const layer = layerOf(this.ctx, line, record, placed);
      if (layer !== null) {
        this.layers.push(layer);
        value = { path: layer.path, shape: layer.outputShape, span: line.span };
      }
    }
    if (line.name !== null && fresh) {
      place.frame.names.set(line.name.name, { name: line.name, value, turn: place.turns.at(-1)! });
    }
    return fresh ? value : null;
  }

  private blockLine(line: LayerLine, block: BlockDeclaration, place: Place, input: LineValue | null): LineValue | null {
    this.ctx.used.add(block);
    const { frame } = place;
    const what = `block \`${block.name.name}\``;
    if (this.isCircle(line, block, frame)) return null;
    const callee: Expr = { kind: 'name', ...line.layer };
    const args = line.args.map((a) => ({ name: a.name?.name ?? null, weight: null, value: a.value, span: a.span }));
    const call = { kind: 'call', callee, args, span: line.span } as const;
    const values = argumentValues(this.ctx, block, what, call, valueScope(place.values));
    if (values === null || [...values.values()].some(holdsError)) return null;
    const applied = this.ctx.isWhole(block) ? input : null;
    const sized = this.blockSizes(line, block, values, applied);
    if (sized === null) return null;
    const inner: Frame = {
      ...emptyFrame(applied),
      owner: block,
      prefix: `${this.pathOf(line, place)}.`,
      calls: [...frame.calls, line],
    };
    const value = this.expand(withoutInput(block), { frame: inner, values: sized, turns: [{}] }, applied);
    return value === null ? null : { ...value, span: line.span };
  }

  /** The values of a block with the sizes of its `input` line, which must fit what it is applied to; null after a report. */
  private blockSizes(line: LayerLine, block: BlockDeclaration, values: Values, input: LineValue | null): Values | null {
    const declared = onlyInputLine(this.ctx, block);
    if (declared == null) return declared === null ? null : values;
    const sized = withSizes(this.ctx, declared.type, values, input?.shape ?? null);
    const isOther = input !== null && input.shape.length !== declared.type.sizes.length;
    const type = isOther ? null : columnType(this.ctx, declared.type, ['image', 'real'], valueScope(sized));
    if (!isOther && (type === null || type.kind === 'class' || input === null || sameShape(type.shape, input.shape)))
      return sized;
    const found = formatShape(input!.shape);
    const message = `block \`${block.name.name}\` takes ${formatType(declared.type)}, but gets ${found}`;
    this.ctx.report.say('BP3001', line.span, message, {
      labels: [
        { span: declared.span, message: "the block's input" },
        { span: input!.span, message: `gives ${found}` },
      ],
      hint: 'apply it to a line of that shape, with `from`, or leave its `input` line out',
    });
    return null;
  }

  /** A block that uses itself has no end; said once, whoever enters the circle. */
  private isCircle(line: LayerLine, block: BlockDeclaration, frame: Frame): boolean {
    const around = frame.calls.map((call) => call.layer.name);
    const first = around.indexOf(block.name.name);
    if (first < 0) return false;
    const circle = [...around.slice(first), block.name.name].join(' -> ');
    if (!this.ctx.circles.has(block)) {
      this.ctx.report.say('BP2004', line.span, `block \`${block.name.name}\` uses itself: ${circle}`, {
        labels: [{ span: block.name.span, message: 'declared here' }],
        hint: 'break the circle: a block is put in where it is used, and may not stand in itself',
      });
    }
    for (const name of around.slice(first)) this.ctx.circles.add(this.ctx.declarations.blocks.get(name)!);
    return true;
  }

  /** Counts as a side effect: lines by their kind, and named ones of loops by their name. */
  private pathOf(line: LayerLine, { frame, turns }: Place): string {
    const next = (name: string) => {
      const count = (frame.counts.get(name) ?? 0) + 1;
      frame.counts.set(name, count);
      return `${name}[${count}]`;
    };
    const numbered = next(line.layer.name);
    if (line.name === null) return frame.prefix + numbered;
    return frame.prefix + (turns.length === 1 ? line.name.name : next(line.name.name));
  }

  /** False, with a report, for a name that another line has in the same turn, or that means something else. */
  private isFresh(line: LayerLine, { frame, turns }: Place): boolean {
    if (line.name === null) return true;
    const { name, span } = line.name;
    const { report, catalogue, declarations } = this.ctx;
    const earlier = frame.names.get(name);
    if (earlier !== undefined && turns.includes(earlier.turn)) {
      const owner = `${frame.owner.kind} \`${frame.owner.name.name}\``;
      const other = nextName(name, frame.names);
      report.say('BP2002', span, `two layers of ${owner} are called \`${name}\``, {
        labels: [{ span: earlier.name.span, message: 'first here' }],
        hint: `give one of the two another name, such as \`${other}\``,
        fix: replacement(span, other),
      });
      return false;
    }
    const kind = catalogue.layers.has(name) ? 'a kind of layer' : declarations.blocks.has(name) ? 'a block' : null;
    if (kind === null && name !== 'input') return true;
    report.say(
      'BP2006',
      span,
      `\`${name}\` is ${kind ?? 'what the lines are applied to'} and cannot be the name of one`,
      {
        hint: `choose another name, such as \`${name}1\``,
        fix: replacement(span, `${name}1`),
      },
    );
    return false;
  }

  /** The value of a line above by its name, the latest in a loop; null after a report, or when that line failed. */
  private named(name: Identifier, { frame }: Place): LineValue | null {
    if (name.name === 'input') return frame.input;
    const entry = frame.names.get(name.name);
    if (entry !== undefined) return entry.value;
    if (!this.ctx.isWhole(frame.owner)) return null;
    this.ctx.report.say('BP2001', name.span, `there is no layer \`${name.name}\` above this line`, {
      ...suggested(name, frame.names.keys(), 'the named layers are', { none: 'name the line: `a = dense(10)`' }),
    });
    return null;
  }

  private unknownLayer(layer: Identifier): void {
    const { catalogue, declarations, report } = this.ctx;
    if (declarations.incomplete) return;
    const names = [...declarations.blocks.keys(), ...catalogue.layers.names];
    report.say('BP2001', layer.span, `there is no layer \`${layer.name}\``, {
      ...suggested(layer, names, 'the layers are'),
    });
  }
}

/** Its `input` line says what the others are applied to, and is none of them. */
function withoutInput({ lines }: NetworkDeclaration | BlockDeclaration): readonly NetworkLine[] {
  return lines.filter((line) => line.kind !== 'input');
}

function emptyFrame(input: LineValue | null) {
  return { input, names: new Map<string, Entry>(), counts: new Map<string, number>() };
}

/** The next number behind a name that no other has. */
function nextName(name: string, taken: ReadonlyMap<string, unknown>): string {
  const [, stem, digits] = /^(.*?)(\d*)$/.exec(name)!;
  let number = digits === '' ? 2 : Number(digits) + 1;
  while (taken.has(`${stem}${number}`)) number++;
  return `${stem}${number}`;
}

/** Networks: lines to layers with paths, options and shapes. A network with parameters is expanded at each call. */
import type { LayerSignature } from '../../base/catalogue.ts';
import type { Expr } from '../../base/expr.ts';
import { formatShape, type Shape } from '../../base/host-array.ts';
import type { Span } from '../../base/span.ts';
import type { Identifier, InputLine, LayerLine, NetworkDeclaration } from '../syntax/ast.ts';
import type { CheckedLayer, CheckedNetwork } from './checked.ts';
import { close, constantScope, matchArguments, type Scope } from './closing.ts';
import { columnType, formatColumnType } from './column-types.ts';
import type { Context } from './context.ts';
import { headOf } from './declarations.ts';
import { sayUnavailable } from './later.ts';
import { type Given, plainOptions } from './options.ts';
import { listed, suggestion } from './report.ts';

/** An expanded network, and where its input is declared. */
export interface NetworkInstance {
  readonly network: CheckedNetwork;
  readonly declaration: NetworkDeclaration;
  readonly inputSpan: Span;
  /** As written: `image[28, 28, 1]`. */
  readonly inputType: string;
}

/** Expansions that were made, by declaration and arguments; null for those that failed and were reported. */
export class Networks {
  private readonly ctx: Context;
  private readonly known = new Map<NetworkDeclaration, Map<string, NetworkInstance | null>>();

  constructor(ctx: Context) {
    this.ctx = ctx;
  }

  /** The network called `declaration` with the arguments of `call`, closed in `scope`; null when it cannot be used. */
  instance(
    declaration: NetworkDeclaration,
    call: Extract<Expr, { kind: 'call' }>,
    scope: Scope,
  ): NetworkInstance | null {
    this.ctx.used.add(declaration);
    const parameters = declaration.parameters.map((p) => ({ name: p.name.name, required: p.default === null }));
    const what = `network \`${declaration.name.name}\``;
    const matched = matchArguments(this.ctx, call, parameters, what, declaration.name.span);
    if (matched === null) return null;
    const values = new Map<string, Expr>();
    for (const { name, default: standard } of declaration.parameters) {
      const given = matched.get(name.name)?.value;
      values.set(
        name.name,
        given === undefined ? close(this.ctx, standard!, constantScope) : close(this.ctx, given, scope),
      );
    }
    return this.expanded(declaration, values);
  }

  /** Without arguments: at its defaults. */
  plain(declaration: NetworkDeclaration, place: Span): NetworkInstance | null {
    const callee: Expr = { kind: 'name', name: declaration.name.name, span: place };
    return this.instance(declaration, { kind: 'call', callee, args: [], span: place }, constantScope);
  }

  private expanded(declaration: NetworkDeclaration, values: ReadonlyMap<string, Expr>): NetworkInstance | null {
    const key = JSON.stringify([...values].map(([name, value]) => [name, { ...value, span: null }]));
    const made = this.known.get(declaration) ?? new Map<string, NetworkInstance | null>();
    this.known.set(declaration, made);
    if (!made.has(key)) made.set(key, new Expansion(this.ctx, declaration, values).run());
    return made.get(key) ?? null;
  }
}

class Expansion {
  private readonly ctx: Context;
  private readonly declaration: NetworkDeclaration;
  private readonly scope: Scope;
  private readonly layers: CheckedLayer[] = [];
  private readonly counts = new Map<string, number>();
  private readonly names = new Map<string, Identifier>();
  private broken = false;

  constructor(ctx: Context, declaration: NetworkDeclaration, values: ReadonlyMap<string, Expr>) {
    this.ctx = ctx;
    this.declaration = declaration;
    this.scope = {
      resolve: (expr) => (expr.kind === 'name' ? (values.get(expr.name) ?? null) : null),
      typeOf: () => null,
      names: [...values.keys()],
    };
  }

  run(): NetworkInstance | null {
    const input = this.inputLine();
    const type = input === null ? null : columnType(this.ctx, input.type, ['image', 'real'], this.scope);
    if (type === null || type.kind === 'class') this.broken = true;
    const inputShape = type === null || type.kind === 'class' ? null : type.shape;
    this.expandLines(inputShape);
    const last = this.layers.at(-1);
    if (this.broken || inputShape === null || input === null || type === null) return null;
    if (last === undefined) {
      this.ctx.report.say(
        'BP3004',
        headOf(this.declaration),
        `network \`${this.declaration.name.name}\` has no layers`,
        {
          hint: `write at least one layer, such as \`${this.ctx.catalogue.layers.names[0] ?? 'dense'}\``,
        },
      );
      return null;
    }
    const network: CheckedNetwork = {
      name: this.declaration.name.name,
      inputShape,
      outputShape: last.outputShape,
      layers: this.layers,
      output: last.path,
      span: this.declaration.span,
    };
    return { network, declaration: this.declaration, inputSpan: input.span, inputType: formatColumnType(type) };
  }

  private inputLine(): InputLine | null {
    const lines = this.declaration.lines;
    const [first, second] = lines.filter((line) => line.kind === 'input');
    // An input line may be among what could not be read.
    if (first === undefined && lines.some((line) => line.kind === 'error')) return null;
    if (first === undefined) {
      this.ctx.report.say(
        'BP3004',
        headOf(this.declaration),
        `network \`${this.declaration.name.name}\` has no \`input\` line`,
        {
          hint: 'begin with the shape of an example: `input image[28, 28, 1]` or `input real[13]`',
        },
      );
      return null;
    }
    if (second !== undefined) {
      this.ctx.report.say('BP3004', second.span, `network \`${this.declaration.name.name}\` has two \`input\` lines`, {
        labels: [{ span: first.span, message: 'first here' }],
        hint: 'leave one of the two out',
      });
      this.broken = true;
    }
    return first;
  }

  /** Goes on after a mistake only with names and options: shapes below it would be guesses. */
  private expandLines(inputShape: Shape | null): void {
    let shape = inputShape;
    let previous = 'input';
    for (const line of this.declaration.lines) {
      if (line.kind === 'input') continue;
      if (line.kind === 'unavailable') sayUnavailable(this.ctx.report, line);
      if (line.kind !== 'layer') {
        this.broken = true;
        shape = null;
        continue;
      }
      const layer = this.expandLine(line, previous, shape);
      if (layer === null) this.broken = true;
      shape = layer?.outputShape ?? null;
      previous = layer?.path ?? previous;
    }
  }

  private expandLine(line: LayerLine, previous: string, before: Shape | null): CheckedLayer | null {
    const kind = line.layer.name;
    const record = this.ctx.catalogue.layers.get(kind);
    const named = this.enterName(line);
    const source = line.from === null ? { path: previous, shape: before } : this.sourceOf(line.from);
    if (record === undefined) {
      this.unknownLayer(line.layer);
      return null;
    }
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
    const options = this.optionsOf(line, record);
    if (!named || options === null || source === null || source.shape === null) return null;
    const inferred = record.infer(source.shape, options);
    if (!inferred.ok) {
      this.ctx.report.say('BP3001', line.span, inferred.problem, {
        labels: this.originOf(source.path, source.shape),
        hint: inferred.hint,
      });
      return null;
    }
    const layer: CheckedLayer = {
      path: line.name?.name ?? `${kind}[${this.counts.get(kind)}]`,
      kind,
      options,
      inputs: [source.path],
      inputShape: source.shape,
      outputShape: inferred.output,
      parameters: inferred.parameters,
      multiplyAdds: inferred.multiplyAdds,
      span: line.span,
    };
    this.layers.push(layer);
    return layer;
  }

  private enterName(line: LayerLine): boolean {
    if (line.name === null) return true;
    const { name, span } = line.name;
    const earlier = this.names.get(name);
    if (earlier !== undefined) {
      this.ctx.report.say(
        'BP2002',
        span,
        `two layers of network \`${this.declaration.name.name}\` are called \`${name}\``,
        {
          labels: [{ span: earlier.span, message: 'first here' }],
          hint: 'give one of the two another name',
        },
      );
      return false;
    }
    this.names.set(name, line.name);
    if (!this.ctx.catalogue.layers.has(name)) return true;
    this.ctx.report.say('BP2006', span, `\`${name}\` is a kind of layer and cannot be the name of one`, {
      hint: `choose another name, such as \`${name}1\``,
    });
    return false;
  }

  private sourceOf(from: Identifier): { readonly path: string; readonly shape: Shape | null } | null {
    const layer = this.layers.find((l) => l.path === from.name);
    if (layer !== undefined) return { path: layer.path, shape: layer.outputShape };
    // A layer of that name exists but failed: said already.
    if (this.names.has(from.name) && this.broken) return null;
    this.ctx.report.say('BP2001', from.span, `there is no layer \`${from.name}\` above this line`, {
      hint: suggestion(from.name, [...this.names.keys()], 'the named layers are') ?? 'name the line: `a = dense(10)`',
    });
    return null;
  }

  private unknownLayer(layer: Identifier): void {
    const { layers } = this.ctx.catalogue;
    this.ctx.report.say('BP2001', layer.span, `there is no layer \`${layer.name}\``, {
      hint: suggestion(layer.name, layers.names, 'the layers are'),
    });
  }

  private optionsOf(line: LayerLine, record: LayerSignature) {
    const owner = { what: `\`${record.name}\``, span: line.span };
    const order = record.options.map((o) => o.name);
    const given: Given[] = [];
    let position = 0;
    for (const argument of line.args) {
      const name = argument.name?.name ?? order[position];
      if (argument.name === null) position++;
      if (name === undefined) {
        const hint = order.length === 0 ? `write \`${record.name}\` alone` : `it takes ${listed(order)}`;
        this.ctx.report.say('BP2007', argument.span, `${owner.what} has too many arguments`, { hint });
        return null;
      }
      given.push({ name, nameSpan: argument.name?.span ?? argument.span, value: argument.value, span: argument.span });
    }
    return plainOptions(this.ctx, given, record.options, owner, this.scope);
  }

  /** Where a shape came from. */
  private originOf(path: string, shape: Shape) {
    const layer = this.layers.find((l) => l.path === path);
    const input = this.declaration.lines.find((line) => line.kind === 'input');
    const span = layer?.span ?? input?.span;
    return span === undefined ? [] : [{ span, message: `gives ${formatShape(shape)}` }];
  }
}

/** Checks every network that can stand without arguments; the others are checked where they are called. */
export function checkNetworks(ctx: Context, networks: Networks): readonly NetworkInstance[] {
  return [...ctx.declarations.networks.values()].flatMap((declaration) => {
    if (declaration.parameters.some((p) => p.default === null)) return [];
    const wasUsed = ctx.used.has(declaration);
    const instance = networks.plain(declaration, declaration.name.span);
    if (!wasUsed) ctx.used.delete(declaration);
    return instance === null ? [] : [instance];
  });
}

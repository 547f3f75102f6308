/** Networks: declarations with arguments to layers with paths, options and shapes; each combination is expanded once. */
import type { Expr } from '../../base/expr.ts';
import type { Span } from '../../base/span.ts';
import type { InputLine, NetworkDeclaration } from '../syntax/ast.ts';
import { argumentValues, valueScope } from './arguments.ts';
import type { CheckedNetwork } from './checked.ts';
import { constantScope, type Scope } from './closing.ts';
import { columnType, formatColumnType } from './column-types.ts';
import type { Context } from './context.ts';
import { headOf } from './declarations.ts';
import { Expansion } from './expansion.ts';

/** An expanded network, and where its input is declared. */
export interface NetworkInstance {
  readonly network: CheckedNetwork;
  readonly declaration: NetworkDeclaration;
  readonly inputSpan: Span;
  /** As written: `image[28, 28, 1]`. */
  readonly inputType: string;
}

type Call = Extract<Expr, { kind: 'call' }>;

/** Expansions that were made, by declaration and arguments; null for those that failed and were reported. */
export class Networks {
  private readonly ctx: Context;
  private readonly known = new Map<NetworkDeclaration, Map<string, NetworkInstance | null>>();

  constructor(ctx: Context) {
    this.ctx = ctx;
  }

  /** The network called `declaration` with the arguments of `call`, closed in `scope`; null when it cannot be used. */
  instance(declaration: NetworkDeclaration, call: Call, scope: Scope): NetworkInstance | null {
    this.ctx.used.add(declaration);
    const values = argumentValues(this.ctx, declaration, `network \`${declaration.name.name}\``, call, scope);
    return values === null ? null : this.expanded(declaration, values);
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
    if (!made.has(key)) made.set(key, expandNetwork(this.ctx, declaration, values));
    return made.get(key) ?? null;
  }
}

function expandNetwork(
  ctx: Context,
  declaration: NetworkDeclaration,
  values: ReadonlyMap<string, Expr>,
): NetworkInstance | null {
  const name = declaration.name.name;
  const input = inputLine(ctx, declaration);
  const type = input === null ? null : columnType(ctx, input.type, ['image', 'real'], valueScope(values));
  const shape = type === null || type.kind === 'class' ? null : type.shape;
  const expansion = new Expansion(ctx, declaration, values);
  const output = expansion.run(shape === null || input === null ? null : { path: 'input', shape, span: input.span });
  if (output === null || shape === null || input === null || type === null) return null;
  if (expansion.layers.length === 0) {
    ctx.report.say('BP3004', headOf(declaration), `network \`${name}\` has no layers`, {
      hint: `write at least one layer, such as \`${ctx.catalogue.layers.names[0] ?? 'dense'}\``,
    });
    return null;
  }
  const network: CheckedNetwork = {
    name,
    inputShape: shape,
    outputShape: output.shape,
    layers: expansion.layers,
    output: output.path,
    span: declaration.span,
  };
  return { network, declaration, inputSpan: input.span, inputType: formatColumnType(type) };
}

/** The one `input` line; null after a report. */
function inputLine(ctx: Context, declaration: NetworkDeclaration): InputLine | null {
  const { lines } = declaration;
  const name = declaration.name.name;
  const [first, second] = lines.filter((line) => line.kind === 'input');
  // An input line may be among what could not be read.
  if (first === undefined && lines.some((line) => line.kind === 'error')) return null;
  if (first === undefined) {
    ctx.report.say('BP3004', headOf(declaration), `network \`${name}\` has no \`input\` line`, {
      hint: 'begin with the shape of an example: `input image[28, 28, 1]` or `input real[13]`',
    });
    return null;
  }
  if (second === undefined) return first;
  ctx.report.say('BP3004', second.span, `network \`${name}\` has two \`input\` lines`, {
    labels: [{ span: first.span, message: 'first here' }],
    hint: 'leave one of the two out',
  });
  return null;
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

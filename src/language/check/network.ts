/**
 * Networks: declarations with arguments to layers with paths, options and shapes; each combination is expanded once. One whose
 * `input` line leaves sizes open is expanded for each shape that it is applied to.
 */
import type { Expr } from '../../base/expr.ts';
import type { Shape } from '../../base/host-array.ts';
import type { Span } from '../../base/span.ts';
import type { InputLine, NetworkDeclaration } from '../syntax/ast.ts';
import { argumentValues, valueScope } from './arguments.ts';
import type { CheckedNetwork } from './checked.ts';
import { constantScope, type Scope } from './closing.ts';
import { columnType, formatColumnType } from './column-types.ts';
import type { Context } from './context.ts';
import { headOf } from './declarations.ts';
import { Expansion } from './expansion.ts';
import { isOpen, onlyInputLine, sayNoInput, type Values, withSizes } from './input-line.ts';

/** An expanded network, and where its input is declared. */
export interface NetworkInstance {
  readonly network: CheckedNetwork;
  readonly declaration: NetworkDeclaration;
  readonly inputSpan: Span;
  /** As written: `image[28, 28, 1]`. */
  readonly inputType: string;
}

/** A network with its arguments, before it is known what it is applied to. */
export interface NetworkChoice {
  readonly declaration: NetworkDeclaration;
  readonly values: Values;
}

type Call = Extract<Expr, { kind: 'call' }>;

/** Expansions that were made, by declaration and arguments; null for those that failed and were reported. */
export class Networks {
  private readonly ctx: Context;
  private readonly known = new Map<NetworkDeclaration, Map<string, NetworkInstance | null>>();

  constructor(ctx: Context) {
    this.ctx = ctx;
  }

  /** The network called `declaration` with the arguments of `call`, closed in `scope`; null after a report. */
  choose(declaration: NetworkDeclaration, call: Call, scope: Scope): NetworkChoice | null {
    this.ctx.used.add(declaration);
    const values = argumentValues(this.ctx, declaration, `network \`${declaration.name.name}\``, call, scope);
    return values === null ? null : { declaration, values };
  }

  /** Without arguments: at its defaults. */
  plain(declaration: NetworkDeclaration, place: Span): NetworkChoice | null {
    const callee: Expr = { kind: 'name', name: declaration.name.name, span: place };
    return this.choose(declaration, { kind: 'call', callee, args: [], span: place }, constantScope);
  }

  /** The `input` line of a network that leaves a size to what it is applied to, else null. */
  openInput({ declaration, values }: NetworkChoice): InputLine | null {
    const input = declaration.lines.find((line) => line.kind === 'input');
    return input !== undefined && isOpen(this.ctx, input.type, values) ? input : null;
  }

  /** The network as it is when applied to rows of `shape`, which matters only to its open sizes; null when it cannot be used. */
  instance(choice: NetworkChoice, shape: Shape | null): NetworkInstance | null {
    const { declaration, values } = choice;
    const sized = this.openInput(choice) === null ? '' : JSON.stringify(shape);
    const key = sized + JSON.stringify([...values].map(([name, value]) => [name, { ...value, span: null }]));
    const made = this.known.get(declaration) ?? new Map<string, NetworkInstance | null>();
    this.known.set(declaration, made);
    if (!made.has(key)) made.set(key, expandNetwork(this.ctx, choice, shape));
    return made.get(key) ?? null;
  }

  /** The first whole expansion of each network, in the order of declarations. */
  get instances(): readonly NetworkInstance[] {
    return [...this.ctx.declarations.networks.values()].flatMap((declaration) => {
      const made = [...(this.known.get(declaration)?.values() ?? [])];
      return made.find((instance) => instance !== null) ?? [];
    });
  }
}

function expandNetwork(
  ctx: Context,
  { declaration, values }: NetworkChoice,
  applied: Shape | null,
): NetworkInstance | null {
  const input = onlyInputLine(ctx, declaration);
  // An input line may be among what could not be read.
  const whole = ctx.isWhole(declaration);
  if (input === undefined && whole) sayNoInput(ctx, declaration);
  const sized = input == null ? values : withSizes(ctx, input.type, values, applied);
  const type = input == null ? null : columnType(ctx, input.type, ['image', 'real'], valueScope(sized));
  const shape = type === null || type.kind === 'class' ? null : type.shape;
  const expansion = new Expansion(ctx, declaration, sized);
  const known = whole && shape !== null && input != null;
  const output = expansion.run(known ? { path: 'input', shape, span: input.span } : null);
  if (output === null || shape === null || input == null || type === null) return null;
  const name = declaration.name.name;
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

/** Checks every network that can stand without arguments; the others are checked where they are called. */
export function checkNetworks(ctx: Context, networks: Networks): void {
  for (const declaration of ctx.declarations.networks.values()) {
    if (!ctx.live.has(declaration) || declaration.parameters.some((p) => p.default === null)) continue;
    const wasUsed = ctx.used.has(declaration);
    const choice = networks.plain(declaration, declaration.name.span);
    // Sizes that are left open are not known here: names and options can be checked all the same.
    if (choice !== null) networks.instance(choice, null);
    if (!wasUsed) ctx.used.delete(declaration);
  }
}

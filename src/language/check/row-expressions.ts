/** Expressions of each row: a network that is applied to a column, other columns, and what the model itself declares. */
import type { DataRequest, SeenColumn } from '../../base/data.ts';
import type { Expr } from '../../base/expr.ts';
import { replacement } from '../../base/fix.ts';
import { type Shape, sameShape } from '../../base/host-array.ts';
import type { Span } from '../../base/span.ts';
import { type Bindings, type OwnNames, rowScope } from './bindings.ts';
import { errorNode, type Scope } from './closing.ts';
import { formatColumnType } from './column-types.ts';
import type { Context } from './context.ts';
import { formatExpr } from './format.ts';
import { formatType } from './input-line.ts';
import { columnOrigin, columnRange, columnValue, outputRange } from './likelihood-columns.ts';
import type { NetworkChoice, NetworkInstance, Networks } from './network.ts';
import { suggestedAt } from './report.ts';
import { typed } from './types.ts';

type Call = Extract<Expr, { kind: 'call' }>;

/** Where a network is applied to a column. */
export interface Application {
  readonly instance: NetworkInstance;
  readonly input: SeenColumn;
}

export interface RowParts {
  readonly data: DataRequest;
  readonly bindings: Bindings;
  readonly rows: number | null;
  /** Latents, `param`s and quantities of the model. */
  readonly own: OwnNames;
  /** The column that the model observes, to which no network is applied; null where it is not known. */
  readonly observed: SeenColumn | null;
  /** May it stand by itself? Not in its own distribution. */
  readonly mentionsObserved: boolean;
}

/** What is applied to what is learned while expressions are closed in its scope: `application`. */
export class RowExpressions {
  private readonly ctx: Context;
  private readonly networks: Networks;
  private readonly parts: RowParts;
  application: Application | null;
  /** A network was applied to what it does not fit, or a column stands where it cannot. */
  failed = false;

  constructor(ctx: Context, networks: Networks, parts: RowParts, application: Application | null = null) {
    this.ctx = ctx;
    this.networks = networks;
    this.parts = parts;
    this.application = application;
  }

  scope(): Scope {
    const base = rowScope(this.parts.rows);
    const columns = this.parts.data.seen.map((c) => c.name);
    return {
      resolve: (expr, close) => {
        if (expr.kind === 'call' && expr.callee.kind === 'name') return this.applied(expr, expr.callee.name, close);
        if (expr.kind !== 'name') return null;
        if (this.isNetwork(expr.name)) return this.unapplied(expr.name, expr.span);
        const bound = this.parts.bindings.values.get(expr.name) ?? this.parts.own.resolve(expr, close);
        return bound ?? (columns.includes(expr.name) ? expr : base.resolve(expr, close));
      },
      typeOf: (expr) => this.typeOf(expr),
      rangeOf: (expr) => this.rangeOf(expr),
      originOf: (name) => this.parts.own.originOf(name) ?? columnOrigin(this.parts.data, name),
      names: [...columns, ...this.parts.bindings.values.keys(), ...this.parts.own.names, ...base.names],
      incomplete: this.parts.own.incomplete,
    };
  }

  isNetwork(name: string): boolean {
    return this.parts.bindings.networks.has(name) || this.ctx.declarations.networks.has(name);
  }

  /** `Normal(net, 1)`: a network has no value before it is applied. */
  private unapplied(name: string, place: Span): Expr {
    const { data, observed } = this.parts;
    const column = data.seen.find((c) => c !== observed && c.type.kind !== 'class')?.name ?? 'x';
    const applied = `${name}(${column})`;
    this.ctx.report.say('BP2005', place, `\`${name}\` is a network, and is applied to a column here`, {
      hint: `write \`${applied}\``,
      fix: replacement(place, applied),
    });
    this.failed = true;
    return errorNode(place);
  }

  private typeOf(expr: Expr) {
    const { own, data, observed, mentionsObserved } = this.parts;
    if (this.isApplied(expr)) return typed('number', 'run', this.application!.instance.network.outputShape);
    if (expr.kind !== 'name') return null;
    if (own.has(expr.name)) return own.typeOf(expr.name);
    const column = data.seen.find((c) => c.name === expr.name);
    const found =
      column === undefined ? typed('unknown') : columnValue(this.ctx, expr, column, mentionsObserved ? null : observed);
    if (found.type === 'unknown') this.failed = true;
    return found;
  }

  private rangeOf(expr: Expr) {
    const { own, data } = this.parts;
    if (this.isApplied(expr)) return outputRange(this.application!.instance.network);
    if (expr.kind !== 'name') return undefined;
    return own.has(expr.name) ? own.rangeOf(expr.name) : columnRange(data, expr.name);
  }

  /** The network's value, closed? */
  isApplied(expr: Expr): boolean {
    if (expr.kind !== 'call' || expr.callee.kind !== 'name') return false;
    return expr.callee.name === this.application?.instance.network.name;
  }

  /** A call of a network, closed under the network's own name; null for all other calls. */
  private applied(call: Call, name: string, close: (part: Expr) => Expr): Expr | null {
    const choice = this.choiceOf(name, call);
    if (choice === undefined) return null;
    const input = choice === null ? null : this.columnOf(call, choice, close);
    const instance = choice === null || input === null ? null : this.instanceFor(call, choice, input);
    if (instance === null || input === null) {
      this.failed = true;
      return errorNode(call.span);
    }
    const earlier = this.application;
    if (earlier !== null && (earlier.instance !== instance || earlier.input !== input)) {
      this.ctx.report.say('BP4008', call.span, 'more than one application of a network is not available yet', {
        hint: `use one network on one column; \`${earlier.instance.network.name}(${earlier.input.name})\` stands already`,
      });
      this.failed = true;
      return errorNode(call.span);
    }
    this.application = { instance, input };
    const callee: Expr = { kind: 'name', name: instance.network.name, span: call.callee.span };
    const column: Expr = { kind: 'name', name: input.name, span: call.args[0]!.span };
    return { ...call, callee, args: [{ name: null, weight: null, value: column, span: column.span }] };
  }

  /** Undefined: `name` is no network. Null: it is one that cannot be used. */
  private choiceOf(name: string, call: Call): NetworkChoice | null | undefined {
    const bound = this.parts.bindings.networks.get(name);
    if (bound !== undefined) return bound;
    const declaration = this.ctx.declarations.networks.get(name);
    return declaration === undefined ? undefined : this.networks.plain(declaration, call.callee.span);
  }

  private columnOf(call: Call, { declaration }: NetworkChoice, close: (part: Expr) => Expr): SeenColumn | null {
    const { data } = this.parts;
    const network = declaration.name.name;
    const [argument, ...more] = call.args;
    const columns = data.seen.map((c) => c.name);
    if (argument === undefined || more.length > 0 || argument.name !== null || argument.weight !== null) {
      this.ctx.report.say('BP2007', call.span, `network \`${network}\` is applied to one column`, {
        hint: `write \`${network}(${columns[0] ?? 'x'})\``,
      });
      return null;
    }
    const value =
      argument.value.kind === 'name' && columns.includes(argument.value.name) ? argument.value : close(argument.value);
    if (value.kind === 'error') return null;
    const column = value.kind === 'name' ? data.seen.find((c) => c.name === value.name) : undefined;
    if (column === undefined) {
      this.ctx.report.say(
        'BP2001',
        argument.span,
        `\`${formatExpr(argument.value)}\` is no column of \`${data.name}\``,
        {
          ...suggestedAt(
            argument.value.span,
            formatExpr(argument.value),
            columns,
            `the columns of \`${data.name}\` are`,
          ),
        },
      );
      return null;
    }
    return column;
  }

  /** The network as applied to a column; null when the two do not fit each other. */
  private instanceFor(call: Call, choice: NetworkChoice, column: SeenColumn): NetworkInstance | null {
    if (column === this.parts.observed) {
      this.ctx.report.say(
        'BP4010',
        call.span,
        `\`${column.name}\` is observed and cannot be the input of the network too`,
        {
          hint: 'apply the network to another column',
        },
      );
      return null;
    }
    const shape: Shape | null = column.type.kind === 'class' ? null : column.type.shape;
    const open = this.networks.openInput(choice);
    if (open !== null && shape?.length !== open.type.sizes.length) {
      return this.sayOtherInput(call, choice, column, { type: formatType(open.type), span: open.span });
    }
    const instance = this.networks.instance(choice, shape);
    if (instance === null || (shape !== null && sameShape(shape, instance.network.inputShape))) return instance;
    return this.sayOtherInput(call, choice, column, { type: instance.inputType, span: instance.inputSpan });
  }

  private sayOtherInput(
    call: Call,
    { declaration }: NetworkChoice,
    column: SeenColumn,
    input: { readonly type: string; readonly span: Span },
  ): null {
    const shown = formatColumnType(column.type);
    const message = `network \`${declaration.name.name}\` takes ${input.type}, but column \`${column.name}\` is ${shown}`;
    this.ctx.report.say('BP3002', call.span, message, {
      labels: [
        { span: input.span, message: `the network's input` },
        { span: column.span, message: 'the column' },
      ],
      hint:
        column.type.kind === 'class'
          ? 'apply the network to another column'
          : `write \`input ${shown}\` in the network`,
      fix: column.type.kind === 'class' ? null : replacement(input.span, `input ${shown}`),
    });
    return null;
  }
}

/** A model and what it extends: the lines of each with the arguments that hold for them, the parent's first. */
import type { Expr } from '../../base/expr.ts';
import type { ModelDeclaration, ModelLine } from '../syntax/ast.ts';
import { type Bindings, bindModel, NO_ARGUMENTS } from './bindings.ts';
import type { Context } from './context.ts';
import { headOf } from './declarations.ts';
import { formatExpr } from './format.ts';
import type { Networks } from './network.ts';
import { suggestedAt } from './report.ts';

type Call = Extract<Expr, { kind: 'call' }>;

export interface Level {
  readonly declaration: ModelDeclaration;
  readonly bindings: Bindings;
  readonly lines: readonly ModelLine[];
}

/** Null after a report. `rows`: N, or null where it is not known. */
export function levelsOf(
  ctx: Context,
  networks: Networks,
  declaration: ModelDeclaration,
  call: Call,
  rows: number | null,
): readonly Level[] | null {
  return new Ancestry(ctx, networks, rows).levels(declaration, call, NO_ARGUMENTS, []);
}

class Ancestry {
  private readonly ctx: Context;
  private readonly networks: Networks;
  private readonly rows: number | null;

  constructor(ctx: Context, networks: Networks, rows: number | null) {
    this.ctx = ctx;
    this.networks = networks;
    this.rows = rows;
  }

  /** `outer`: what the arguments of `call` may mention; `below`: the models that stand on this one. */
  levels(
    declaration: ModelDeclaration,
    call: Call,
    outer: Bindings,
    below: readonly ModelDeclaration[],
  ): readonly Level[] | null {
    this.ctx.used.add(declaration);
    if (below.includes(declaration)) return this.sayCircle(declaration, below);
    const none = declaration.parameters.length + call.args.length === 0;
    const bindings = none ? NO_ARGUMENTS : bindModel(this.ctx, this.networks, declaration, call, this.rows, outer);
    if (bindings === null) return null;
    const own: Level = { declaration, bindings, lines: declaration.lines };
    if (declaration.parent === null) return [own];
    const parent = this.parentOf(declaration, declaration.parent);
    const above =
      parent === null ? null : this.levels(parent.declaration, parent.call, bindings, [...below, declaration]);
    return above === null ? null : [...above, own];
  }

  private parentOf(declaration: ModelDeclaration, written: Expr) {
    if (written.kind === 'error') return null;
    const callee = written.kind === 'call' ? written.callee : written;
    const { models, incomplete } = this.ctx.declarations;
    const parent = callee.kind === 'name' ? models.find((m) => m.name?.name === callee.name) : undefined;
    if (parent === undefined) {
      const names = models.flatMap((m) => (m.name === null || m === declaration ? [] : [m.name.name]));
      const shown = formatExpr(callee);
      if (callee.kind === 'name' && incomplete) return null;
      this.ctx.report.say('BP2001', callee.span, `there is no model \`${shown}\` to extend`, {
        ...suggestedAt(callee.span, shown, names, 'the models are', {
          none: 'declare it, or import the file that has it',
        }),
      });
      return null;
    }
    const call: Call = written.kind === 'call' ? written : { kind: 'call', callee, args: [], span: written.span };
    return { declaration: parent, call };
  }

  private sayCircle(declaration: ModelDeclaration, below: readonly ModelDeclaration[]): null {
    const circle = [...below.slice(below.indexOf(declaration)), declaration];
    const path = circle.map((m) => m.name?.name ?? 'model').join(' -> ');
    this.ctx.report.say('BP2004', headOf(declaration), `a model extends itself: ${path}`, {
      hint: 'break the circle: one of them stands on no other',
    });
    return null;
  }
}

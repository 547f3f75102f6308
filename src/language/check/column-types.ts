/** Types of columns and inputs as written: `image[28, 28, 1]`, `class[10]`, `real`, `real[13]`. */
import type { ColumnType } from '../../base/catalogue.ts';
import type { Shape } from '../../base/host-array.ts';
import type { TypeNode } from '../syntax/ast.ts';
import { constantScope, type Scope } from './closing.ts';
import type { Context } from './context.ts';
import { suggested } from './report.ts';
import { wholeIn } from './values.ts';

interface TypeForm {
  readonly fits: (sizes: number) => boolean;
  readonly form: string;
  readonly make: (sizes: Shape) => ColumnType;
}

const FORMS: Readonly<Record<ColumnType['kind'], TypeForm>> = {
  image: {
    fits: (n) => n === 3,
    form: 'image[height, width, channels]',
    make: (shape) => ({ kind: 'image', shape }),
  },
  class: { fits: (n) => n === 1, form: 'class[k]', make: ([classes]) => ({ kind: 'class', classes: classes! }) },
  real: { fits: () => true, form: 'real[d]', make: (shape) => ({ kind: 'real', shape }) },
};

/** Null after a report. `kinds`: those that may stand here. */
export function columnType(
  ctx: Context,
  node: TypeNode,
  kinds: readonly ColumnType['kind'][],
  scope: Scope = constantScope,
): ColumnType | null {
  const form = kinds.find((kind) => kind === node.name.name);
  if (form === undefined) {
    const known = node.name.name in FORMS;
    ctx.report.say(
      known ? 'BP7001' : 'BP2001',
      node.name.span,
      known ? `a column of type \`${node.name.name}\` cannot stand here` : `there is no type \`${node.name.name}\``,
      suggested(node.name, kinds, 'possible here:'),
    );
    return null;
  }
  const { fits, form: shown, make } = FORMS[form];
  if (!fits(node.sizes.length)) {
    ctx.report.say('BP3005', node.span, `\`${form}\` with ${node.sizes.length} sizes is no type`, {
      hint: `write \`${shown}\``,
    });
    return null;
  }
  const sizes = node.sizes.map((size) => wholeIn(ctx, size, scope, `a size of \`${form}\``, 1));
  return sizes.includes(null) ? null : make(sizes as number[]);
}

export function formatColumnType(type: ColumnType): string {
  if (type.kind === 'class') return `class[${type.classes}]`;
  return type.shape.length === 0 ? type.kind : `${type.kind}[${type.shape.join(', ')}]`;
}

/** One line of a network that is a layer of the catalogue: its inputs, options, shapes and parameters. */

import type { LayerSignature } from '../../base/catalogue.ts';
import { replacement } from '../../base/fix.ts';
import { formatShape, type Shape } from '../../base/host-array.ts';
import type { Span } from '../../base/span.ts';
import type { Identifier, LayerArgument, LayerLine } from '../syntax/ast.ts';
import type { CheckedLayer } from './checked.ts';
import type { Scope } from './closing.ts';
import type { Context } from './context.ts';
import { formatExpr } from './format.ts';
import { type Given, plainOptions } from './options.ts';
import { listed } from './report.ts';

/** What a line gives: the path of the layer that computes it, its shape, and the line to point at. */
export interface LineValue {
  readonly path: string;
  readonly shape: Shape;
  readonly span: Span;
}

/** What the place of a line gives it. */
export interface Placed {
  readonly path: string;
  readonly scope: Scope;
  /** The lines that called the blocks around it. */
  readonly calls: readonly LayerLine[];
  /** The line before it, or the one behind `from`; null when that failed. */
  readonly source: LineValue | null;
  named(name: Identifier): LineValue | null;
}

/** Null when something was reported, here or for one of its inputs. */
export function layerOf(ctx: Context, line: LayerLine, record: LayerSignature, placed: Placed): CheckedLayer | null {
  const several = record.inputs === 'several';
  const inputs = several ? namedInputs(ctx, line, record, placed) : placed.source === null ? null : [placed.source];
  const written = several ? line.args.filter((a) => a.name !== null) : line.args;
  const options = optionsOf(ctx, line, written, record, placed.scope);
  const [first, ...others] = inputs ?? [];
  if (options === null || first === undefined) return null;
  const shapes: readonly [Shape, ...Shape[]] = [first.shape, ...others.map((v) => v.shape)];
  const inferred = record.infer(shapes, options);
  if (!inferred.ok) {
    const origins = [first, ...others].map((v) => ({ span: v.span, message: `gives ${formatShape(v.shape)}` }));
    const calls = placed.calls.map((call) => ({ span: call.span, message: 'used here' }));
    ctx.report.say('BP3001', line.span, inferred.problem, {
      labels: [...origins, ...calls],
      hint: inferred.hint,
      fix: inferred.hint.includes('`flatten`')
        ? replacement({ ...line.span, end: line.span.start }, 'flatten; ')
        : null,
    });
    return null;
  }
  return {
    path: placed.path,
    kind: record.name,
    options,
    inputs: [first, ...others].map((v) => v.path),
    inputShape: first.shape,
    outputShape: inferred.output,
    parameters: inferred.parameters,
    statistics: inferred.statistics,
    multiplyAdds: inferred.multiplyAdds,
    span: line.span,
  };
}

/** The lines in the brackets of `add(a, b)`. */
function namedInputs(ctx: Context, line: LayerLine, record: LayerSignature, placed: Placed): LineValue[] | null {
  const example = `\`${record.name}(a, b)\``;
  if (line.from !== null) {
    ctx.report.say('BP2007', line.from.span, `\`${record.name}\` has no \`from\`: it names its inputs in brackets`, {
      hint: `write ${example}`,
    });
    return null;
  }
  const names = line.args.filter((a) => a.name === null);
  if (names.length < 2) {
    ctx.report.say('BP2007', line.span, `\`${record.name}\` needs at least two inputs`, {
      hint: `name the lines: ${example}; what a block or network is applied to is called \`input\``,
    });
    return null;
  }
  const values = names.map(({ value }) => {
    if (value.kind === 'name') return placed.named(value);
    if (value.kind === 'error') return null;
    ctx.report.say('BP2005', value.span, `\`${record.name}\` takes names of lines, but gets \`${formatExpr(value)}\``, {
      hint: 'name the line, and put its name here',
    });
    return null;
  });
  return values.every((v) => v !== null) ? values : null;
}

function optionsOf(
  ctx: Context,
  line: LayerLine,
  args: readonly LayerArgument[],
  record: LayerSignature,
  scope: Scope,
) {
  const owner = { what: `\`${record.name}\``, span: line.span };
  const order = record.options.map((o) => o.name);
  const given: Given[] = [];
  let position = 0;
  for (const argument of args) {
    const name = argument.name?.name ?? order[position];
    if (argument.name === null) position++;
    if (name === undefined) {
      const hint = order.length === 0 ? `write \`${record.name}\` alone` : `it takes ${listed(order)}`;
      ctx.report.say('BP2007', argument.span, `${owner.what} has too many arguments`, { hint });
      return null;
    }
    given.push({ name, nameSpan: argument.name?.span ?? argument.span, value: argument.value, span: argument.span });
  }
  return plainOptions(ctx, given, record.options, owner, scope);
}

/** The functions of data declarations. A new one: one file here, one line below. */
import { registry } from '../../../../base/registry.ts';
import { nearest } from '../../../../base/suggest.ts';
import type { DerivedLine } from '../../../syntax/ast.ts';
import type { DataBody } from '../body.ts';
import { augment } from './augment.ts';
import { corrupt } from './corrupt.ts';
import type { Call, DataFunction } from './data-function.ts';
import { only } from './only.ts';
import { split } from './split.ts';

export const dataFunctions = registry<DataFunction>([split, only, corrupt, augment]);

/** The function that a line calls; null after a report. */
export function dataFunctionOf(
  { ctx }: DataBody,
  { name, value }: DerivedLine,
): { readonly definition: DataFunction; readonly call: Call } | null {
  if (value.kind === 'error') return null;
  const word = value.kind === 'call' && value.callee.kind === 'name' ? value.callee.name : '';
  const definition = dataFunctions.get(word);
  if (value.kind === 'call' && definition !== undefined) return { definition, call: value };
  const near = word === '' ? null : nearest(word, dataFunctions.names);
  const example = `write \`${name.name} = split(train, 10%, seed = 1)\`, or a column with \`:\``;
  ctx.report.say('BP7002', value.span, `\`${name.name}\` is neither a column nor made by a function of data`, {
    hint: near === null ? example : `write \`${near}(...)\``,
  });
  return null;
}

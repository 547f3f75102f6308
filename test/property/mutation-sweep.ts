/**
 * `npm run mutations`: every single-token change of every good program, and what the messages about it are like.
 *
 *   npm run mutations -- --show        also lists the changes whose messages are too many or too far away
 *   npm run mutations -- --every 10    takes each tenth change
 */
import { parseArgs } from 'node:util';
import { mutationsOf, PROGRAMS } from './mutation-cases.ts';
import { measure, table } from './mutation-counts.ts';

const { values } = parseArgs({
  options: { show: { type: 'boolean', default: false }, every: { type: 'string', default: '1' } },
});

const all = [...PROGRAMS].flatMap(([file, text]) => mutationsOf(file, text));
const taken = all.filter((_, i) => i % Number(values.every) === 0);
const { rows, remarks } = measure(taken);

for (const { mutation, text } of values.show ? remarks : []) {
  const { file, lines, way, token } = mutation;
  console.log(`${file}:${lines[0]} ${way} \`${token}\`: ${text}`);
}
console.log(
  `${taken.length} of ${all.length} changes of ${PROGRAMS.size} programs; columns 1 to "more" count messages\n`,
);
console.log(table(rows));

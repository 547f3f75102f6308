/**
 * `npm run mutations`: every single-token change of every good program, and what the messages about it are like.
 *
 *   npm run mutations -- --show yes    also lists the changes whose messages are too many or too far away
 *   npm run mutations -- --every 10    takes each tenth change
 */
import { begin, chosen, parseFlags, positive } from '../helpers/flags.ts';
import { mutationsOf, PROGRAMS } from './mutation-cases.ts';
import { measure, table } from './mutation-counts.ts';

const { every, show } = begin((args) => {
  const { every, show } = parseFlags(
    'mutations',
    {
      every: { default: '1', says: 'N takes one change in N' },
      show: { default: 'no', says: 'lists the changes whose messages are too many or too far away: yes or no' },
    },
    args,
  );
  return { every: positive('every', every), show: chosen('show', show, ['yes', 'no'])[0] === 'yes' };
});

const all = [...PROGRAMS].flatMap(([file, text]) => mutationsOf(file, text));
const taken = all.filter((_, i) => i % every === 0);
const { rows, remarks } = measure(taken);

for (const { mutation, text } of show ? remarks : []) {
  const { file, lines, way, token } = mutation;
  console.log(`${file}:${lines[0]} ${way} \`${token}\`: ${text}`);
}
console.log(
  `${taken.length} of ${all.length} changes of ${PROGRAMS.size} programs; columns 1 to "more" count messages\n`,
);
console.log(table(rows));

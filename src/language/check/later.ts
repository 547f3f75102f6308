/** Says of parts that were read past that this version cannot use them, in the words of the program. */
import type { UnavailableDeclaration } from '../syntax/ast.ts';
import type { Report } from './report.ts';

/** Forms that are set apart by a sign or a joining word, not by a word at their head. */
const FORMS: Readonly<Record<string, string>> = {
  '=': 'a named value',
  extends: 'a model that `extends` another',
  per: 'a prior `per` group',
  of: 'an option `of` one site',
  steps: 'a call of named `steps`',
};

export function sayUnavailable(report: Report, node: UnavailableDeclaration): void {
  const what = FORMS[node.word] ?? `\`${node.word}\``;
  report.say('BP2003', node.span, `${what} is not available yet in this version`, {
    hint: 'leave it out; what depends on it cannot run',
  });
}

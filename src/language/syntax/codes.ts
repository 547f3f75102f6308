/** The mistakes of form, BP1001 to BP1099: what a text can be told before anything is known about its meaning. */
import { type CodeEntry, codeTable } from '../../base/codes.ts';

function form(code: string, title: string, explanation: string): CodeEntry {
  return { code, title, explanation, exit: 3 };
}

export const syntaxCodes = codeTable([
  form(
    'BP1001',
    'a character without meaning',
    'Outside texts and comments a program is written with letters, digits, `_` and the signs of the language. The character was left out and reading went on.',
  ),
  form(
    'BP1002',
    'a text that is never closed',
    'A text stands between two `"` on one line. Write `\\"` for a quotation mark inside it.',
  ),
  form('BP1003', 'a comment that is never closed', '`/*` begins a comment that ends at `*/`. Comments do not nest.'),
  form('BP1004', 'a text in single quotes', 'Texts stand in double quotes: `"data/mnist"`.'),
  form(
    'BP1005',
    'a sign that only looks like an operator',
    'Signs such as the one-character "less or equal" come from typeset text. The language writes them with ASCII characters: `<=`, `>=`, `!=`, `*`, `-`, `~`.',
  ),
  form(
    'BP1006',
    'a number in the wrong form',
    'A number begins with a digit, has a digit behind its point, and `_` only between two digits: `0.5`, `1e-3`, `5_000`, `20%`.',
  ),
  form(
    'BP1007',
    'an unknown word at the head of a statement',
    'Two words side by side at the head of a line begin a declaration, a step or another statement with a word of its own. This one is not known in this body; the nearest one was taken and reading went on.',
  ),
  form(
    'BP1008',
    'a bracket that is never closed',
    'Every `(`, `[` and `{` needs its closing partner. The place where it was taken as closed is marked; it is the last one that makes sense of what follows.',
  ),
  form('BP1009', 'a bracket closed by another kind', '`(` is closed by `)`, `[` by `]` and `{` by `}`.'),
  form(
    'BP1010',
    'a closing bracket without an opening one',
    'Nothing is open where this bracket closes. It was left out.',
  ),
  form(
    'BP1011',
    'a declaration without its body',
    '`data`, `network`, `model`, `guide` and `run` need a body in `{ }`, even an empty one. The `{` may stand on the next line.',
  ),
  form(
    'BP1012',
    'a statement in the wrong body',
    'Declarations stand at the level of the file, layers in a `network`, priors in a `model` or `guide`, steps in a `run`. The statement was left out.',
  ),
  form(
    'BP1013',
    'nested too deeply or too long',
    'Very deep nesting and very long chains of operators are refused, so that no program can exhaust the memory of the passes that follow. Name parts with `const` or `def`.',
  ),
  form(
    'BP1020',
    'chained comparisons or ranges',
    '`a < b < c` would compare the truth of `a < b` with `c`, which nobody means. Write `a < b and b < c`.',
  ),
  form(
    'BP1021',
    'a weighted argument outside a mixture',
    '`0.5: D` gives a component of `Mixture` its weight and has no meaning elsewhere.',
  ),
  form(
    'BP1022',
    '`=` where a distribution is given',
    '`x ~ D` says that x is random with distribution D; `x = e` gives a name to a value. Names of distributions begin with a capital letter.',
  ),
  form(
    'BP1023',
    'a budget per something else',
    'A budget holds for all groups together, or with `per layer` for each layer.',
  ),
  form(
    'BP1030',
    'something else was expected',
    'What stands here does not fit the statement. The message lists what could stand here.',
  ),
  form(
    'BP1031',
    'a value is missing',
    'A value, such as a number, a name, a call or an expression in brackets, must stand here.',
  ),
  form(
    'BP1032',
    'a name is missing',
    'A name begins with a letter or `_` and goes on with letters, digits and `_`. The joining words of the language (`where`, `by`, `on`, `for`, `with`, `from`, `per`, `of` ...) are no names, except before `=` and after `.`.',
  ),
  form(
    'BP1033',
    'a statement goes on after its end',
    'The statement is complete before this place. Two statements on one line are separated by `;`, arguments and options by `,`.',
  ),
  form(
    'BP1034',
    'a line that begins in the middle',
    'A line end ends a statement, except inside `( )` and `[ ]` and after a binary operator or comma. To carry on, end the line before with the operator, or use brackets.',
  ),
  form(
    'BP1035',
    'the wrong sign between a name and its value',
    '`=` gives a value to an option, a constant or a layer; `:` gives a type to a column; `~` gives a distribution to a site; `==` compares.',
  ),
  form(
    'BP1036',
    'a prune step that lacks a part',
    '`prune GROUPS where CONDITION`, or `prune GROUPS by CRITERION BUDGET` with one of the budgets `lowest 75%`, `highest 10%`, `keep 100`, `sample 20%`, `gap`, `until flops <= 30%`, `while error(validation) <= before + 0.2%`.',
  ),
  form(
    'BP1037',
    'joining words out of order',
    'The parts of a statement have one order: `run NAME for MODEL with GUIDE on DATA`, `infer ENGINE for MODEL with GUIDE on DATA from STATE { options }`.',
  ),
]);

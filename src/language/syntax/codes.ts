/** The mistakes of form, BP1001 to BP1099: what a text can be told before anything is known about its meaning. */
import { codeTable, entriesEnding, example } from '../../base/codes.ts';

const form = entriesEnding(3);

export const syntaxCodes = codeTable([
  form(
    'BP1001',
    'a character without meaning',
    'Outside texts and comments a program is written with letters, digits, `_` and the signs of the language. The character was left out and reading went on.',
    example('run', 'prune *.weight where snr < 2 # percent', 'prune *.weight where snr < 2 // percent'),
  ),
  form(
    'BP1002',
    'a text that is never closed',
    'A text stands between two `"` on one line. Write `\\"` for a quotation mark inside it. A line end closes no text, so everything behind the first `"` would be part of it.',
    example(
      'file',
      'data points = csv("d.csv) { x: real[2]; y: class[3] }',
      'data points = csv("d.csv") { x: real[2]; y: class[3] }',
    ),
  ),
  form(
    'BP1003',
    'a comment that is never closed',
    '`/*` begins a comment that ends at `*/`. Comments do not nest. Everything behind it, to the end of the file, would be lost.',
    example('file', '/* the share that goes', '/* the share that goes */'),
  ),
  form(
    'BP1004',
    'a text in single quotes',
    'Texts stand in double quotes: `"data/mnist"`. Single quotes mean nothing in the language.',
    example(
      'file',
      "data points = csv('d.csv') { x: real[2]; y: class[3] }",
      'data points = csv("d.csv") { x: real[2]; y: class[3] }',
    ),
  ),
  form(
    'BP1005',
    'a sign that only looks like an operator',
    'Signs such as the one-character "less or equal" come from typeset text. The language writes them with ASCII characters: `<=`, `>=`, `!=`, `*`, `-`, `~`.',
    example('run', 'require final.error ≤ 90%', 'require final.error <= 90%'),
  ),
  form(
    'BP1006',
    'a number in the wrong form',
    'A number begins with a digit, has a digit behind its point, and `_` only between two digits: `0.5`, `1e-3`, `5_000`, `20%`. Other forms are refused, since `1..5` is a range and `x.5` no name.',
    example('run', 'prune *.weight by snr lowest .5', 'prune *.weight by snr lowest 0.5'),
  ),
  form(
    'BP1007',
    'an unknown word at the head of a statement, or behind a number',
    'Two words side by side at the head of a line begin a declaration, a step or another statement with a word of its own. This one is not known in this body; the nearest one was taken and reading went on. The same is done for a misspelt unit, `10 epocs`.',
    example('run', 'evalute on test { nll }', 'evaluate on test { nll }'),
  ),
  form(
    'BP1008',
    'a bracket that is never closed',
    'Every `(`, `[` and `{` needs its closing partner. The place where it was taken as closed is marked; it is the last one that makes sense of what follows.',
    example('model', '* ~ Normal(0, 1', '* ~ Normal(0, 1)'),
  ),
  form(
    'BP1009',
    'a bracket closed by another kind',
    '`(` is closed by `)`, `[` by `]` and `{` by `}`. The bracket was read as the closing partner of the last one that is open.',
    example('network', 'fc1 = dense(3]', 'fc1 = dense(3)'),
  ),
  form(
    'BP1010',
    'a closing bracket without an opening one',
    'Nothing is open where this bracket closes. It was left out.',
    example('network', 'fc1 = dense(3))', 'fc1 = dense(3)'),
  ),
  form(
    'BP1011',
    'a declaration without its body',
    '`data`, `network`, `model`, `guide` and `run` need a body in `{ }`, even an empty one. The `{` may stand on the next line.',
    example('file', 'network net', 'network net { input real[2]; dense(3) }'),
  ),
  form(
    'BP1012',
    'a statement in the wrong body',
    'Declarations stand at the level of the file, layers in a `network`, priors in a `model` or `guide`, steps in a `run`. The statement was left out.',
    example('network', 'dense(3)\ndense.weight ~ Normal(0, 1)', 'dense(3)'),
  ),
  form(
    'BP1013',
    'nested too deeply or too long',
    'Very deep nesting and very long chains of operators are refused, so that no program can exhaust the memory of the passes that follow. Name parts with `const` or `def`.',
    example(
      'model',
      '* ~ Normal(0, (((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((1))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))',
      '* ~ Normal(0, 1)',
    ),
  ),
  form(
    'BP1020',
    'chained comparisons or ranges',
    '`a < b < c` would compare the truth of `a < b` with `c`, which nobody means. Write `a < b and b < c`.',
    example('run', 'require 0% <= final.error <= 90%', 'require 0% <= final.error and final.error <= 90%'),
  ),
  form(
    'BP1021',
    'a weighted argument outside a mixture',
    '`0.5: D` gives a component of `Mixture` its weight and has no meaning elsewhere. Everywhere else an argument is a value, or a name, `=` and a value.',
    example('network', 'dense(0.5: 3)', 'dense(3)'),
  ),
  form(
    'BP1022',
    '`=` where a distribution is given',
    '`x ~ D` says that x is random with distribution D; `x = e` gives a name to a value. Names of distributions begin with a capital letter.',
    example('model', '* = Normal(0, 1)', '* ~ Normal(0, 1)'),
  ),
  form(
    'BP1023',
    'a budget per something else',
    'A budget holds for all groups together, or with `per layer` for each layer. Without `per layer` all groups that are named compete with each other.',
    example('run', 'prune *.weight by snr lowest 50% per filter', 'prune *.weight by snr lowest 50% per layer'),
  ),
  form(
    'BP1030',
    'something else was expected',
    'What stands here does not fit the statement. The message lists what could stand here.',
    example(
      'run',
      'infer map { epochs = 5, optimizer = adam(if epoch < 2 1e-3 else 1e-4) }',
      'infer map { epochs = 5, optimizer = adam(if epoch < 2 then 1e-3 else 1e-4) }',
    ),
  ),
  form(
    'BP1031',
    'a value is missing',
    'A value, such as a number, a name, a call or an expression in brackets, must stand here. An operator, a comma or an `=` has none beside it.',
    example('run', 'prune *.weight where snr <', 'prune *.weight where snr < 2'),
  ),
  form(
    'BP1032',
    'a name is missing',
    'A name begins with a letter or `_` and goes on with letters, digits and `_`. The joining words of the language (`where`, `by`, `on`, `for`, `with`, `from`, `per`, `of` ...) are no names, except before `=` and after `.`.',
    example('run', 'prune where snr < 1', 'prune *.weight where snr < 1'),
  ),
  form(
    'BP1033',
    'a statement goes on after its end',
    'The statement is complete before this place. Two statements on one line are separated by `;`, arguments and options by `,`.',
    example('network', 'fc1 = dense(8) relu\ndense(3)', 'fc1 = dense(8); relu\ndense(3)'),
  ),
  form(
    'BP1034',
    'a line that begins in the middle',
    'A line end ends a statement, except inside `( )` and `[ ]` and after a binary operator or comma. To carry on, end the line before with the operator, or use brackets.',
    example('run', 'require final.error\n  <= 90%', 'require final.error <=\n  90%'),
  ),
  form(
    'BP1035',
    'the wrong sign between a name and its value',
    '`=` gives a value to an option, a constant or a layer; `:` gives a type to a column; `~` gives a distribution to a site; `==` compares. One of them stands where another belongs.',
    example('run', 'require final.error = 10%', 'require final.error == 10%'),
  ),
  form(
    'BP1036',
    'a prune step that lacks a part',
    '`prune GROUPS where CONDITION`, or `prune GROUPS by CRITERION BUDGET` with one of the budgets `lowest 75%`, `highest 10%`, `keep 100`, `sample 20%`, `gap`, `until flops <= 30%`, `while error(validation) <= before + 0.2%`. A rule without a threshold or a budget says what is needed least, not how much of it goes.',
    example('run', 'prune *.weight by snr', 'prune *.weight by snr lowest 50%'),
  ),
  form(
    'BP1037',
    'joining words out of order',
    'The parts of a statement have one order: `run NAME for MODEL with GUIDE on DATA`, `infer ENGINE for MODEL with GUIDE on DATA from STATE { options }`. In another order, or with another joining word, nobody could tell which name is which.',
    example(
      'file',
      'run on points for bayes { infer map { epochs = 2 } }',
      'run for bayes on points { infer map { epochs = 2 } }',
    ),
  ),
]);

/** `:type EXPR`: what kind of value an expression is, and when it is known. */
import { hasErrors } from '../../../base/diagnostic.ts';
import { parseExpression } from '../../../language/index.ts';
import { inspect } from '../answer.ts';
import { type Command, wrongArgument } from './command.ts';

export const typeCommand: Command = {
  name: 'type',
  argument: 'EXPR',
  names: 'values',
  doc: 'what kind of value an expression is',
  async run(session, argument) {
    if (argument.text.trim() === '')
      throw wrongArgument(argument, ':type needs an expression', 'for instance :type 1 / 255');
    const { expr, diagnostics } = parseExpression(argument);
    if (hasErrors(diagnostics)) return diagnostics;
    const found = inspect(session, expr);
    if (found.type !== null) session.say(found.type);
    return found.diagnostics;
  },
};

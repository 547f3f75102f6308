/** The codes of the front end: those that a program's text can raise. */
import { checkCodes, syntaxCodes } from '../../src/language/index.ts';

export const diagnosticCodes: ReadonlySet<string> = new Set([...checkCodes.keys(), ...syntaxCodes.keys()]);

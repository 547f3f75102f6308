/** Every code that a command can end with: the runtime's table and that of the emitters above it. */
import { type CodeEntry, codeTable } from '../../base/codes.ts';
import { emitCodes } from '../../emit/codes.ts';
import { codes as runtimeCodes } from '../../runtime/codes.ts';

export const codes: ReadonlyMap<string, CodeEntry> = codeTable([...runtimeCodes.values(), ...emitCodes.values()]);

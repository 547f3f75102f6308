/** `bprune fmt`: writes programs in the one form that the language has. */
import { text as allOf } from 'node:stream/consumers';
import type { ExitCode } from '../../base/codes.ts';
import { DiagnosticError } from '../../base/diagnostic.ts';
import { format } from '../../language/index.ts';
import { nodeHost } from '../../runtime/host-node.ts';
import { readText } from '../../runtime/index.ts';
import { usage } from './options.ts';
import { replaceFile } from './replace-file.ts';
import { type ColorChoice, report } from './session.ts';

export interface FormatFlags {
  readonly check?: boolean;
  readonly stdin?: boolean;
  readonly color: ColorChoice;
}

/** What is not formatted counts as a mistake of the program. */
const NOT_FORMATTED: ExitCode = 3;

export async function formatCommand(
  files: readonly string[],
  flags: FormatFlags,
  sources: Map<string, string>,
): Promise<ExitCode> {
  if (flags.stdin === true) {
    if (files.length > 0) throw usage('`--stdin` takes no files.', 'leave out one of the two');
    return formatInput(flags, sources);
  }
  if (files.length === 0) throw usage('No file is named.', 'bprune fmt FILE..., or --stdin');
  const exits: ExitCode[] = [];
  for (const file of files) exits.push(await formatFile(file, flags, sources));
  return exits.find((exit) => exit !== 0) ?? 0;
}

/** Standard input to standard output; nothing comes out when it has mistakes. */
async function formatInput(flags: FormatFlags, sources: Map<string, string>): Promise<ExitCode> {
  const source = { name: 'standard input', text: await allOf(process.stdin) };
  sources.set(source.name, source.text);
  const { text, diagnostics } = format(source);
  if (text === null) return report(diagnostics, sources, flags.color);
  if (flags.check === true) return text === source.text ? 0 : NOT_FORMATTED;
  process.stdout.write(text);
  return 0;
}

/** One file; what is wrong with it does not keep the others from being formatted. */
async function formatFile(file: string, flags: FormatFlags, sources: Map<string, string>): Promise<ExitCode> {
  const host = nodeHost();
  try {
    const before = await readText(host, file);
    sources.set(file, before);
    const { text, diagnostics } = format({ name: file, text: before });
    if (text === null) return report(diagnostics, sources, flags.color);
    if (text === before) return 0;
    process.stdout.write(`${file}\n`);
    if (flags.check === true) return NOT_FORMATTED;
    await replaceFile(host, file, text);
    return 0;
  } catch (error) {
    if (error instanceof DiagnosticError) return report(error.diagnostics, sources, flags.color);
    throw error;
  }
}

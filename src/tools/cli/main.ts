#!/usr/bin/env node
/** The command line of bprune. What the commands do is loaded when one is called, so that `--help` is quick. */
import { Command, CommanderError } from 'commander';
import type { ExitCode } from '../../base/codes.ts';
import {
  collectSetting,
  MESSAGE_FORMATS,
  type MessageFormat,
  parseChoice,
  parseCount,
  parseSeconds,
  parseSeed,
} from './options.ts';
import type { ColorChoice } from './session.ts';
import { version } from './version.ts';

const EXIT_CODES = `
Exit codes: 0 fine, 1 an error of bprune itself, 2 usage, 3 the program has mistakes,
4 data or files, 5 training failed, 6 a requirement does not hold, 130 interrupted.`;

/** Written out, since the registry of executors would have to be loaded for `--help`. */
const BACKENDS = 'auto, onnx, tensorflow, native, onnx-web, wasm, cpu, node, reference';

const sources = new Map<string, string>();
let exitCode: ExitCode = 0;
let color: ColorChoice = 'auto';
/** Standard output still owes the one document of `--json`. */
let owesDocument = false;
let messageFormat: MessageFormat = 'text';

function program(): Command {
  const bprune = new Command('bprune')
    .description('Bayesian pruning of neural networks, from a .bprune program.')
    .version(version)
    .addHelpText('after', EXIT_CODES);
  tells(command(bprune, 'check <file>', 'everything that can be known before a run'))
    .option('--set <name=value>', 'give a `const` another value (repeatable)', collectSetting)
    .option('--fix', 'write the changes of the hints that were tried and work into the file, and say which')
    .option('--verbose', 'print models, layers, cuts, guides, guarantees and memory')
    .option('--json', 'one JSON document on standard output')
    .action(async (file, flags) => {
      const { checkCommand } = await import('./command-check.ts');
      exitCode = await checkCommand(file, { set: new Map(), ...flags }, sources);
    });
  tells(shown(command(bprune, 'run <file> [run]', 'train, prune, evaluate and export as the program says')))
    .option('--seed <n>', 'root of all randomness', parseSeed, 1)
    .option('--set <name=value>', 'give a `const` another value (repeatable)', collectSetting)
    .option('--backend <name>', BACKENDS, 'auto')
    .option('--out <dir>', 'the run directory (default: the first free of runs/NAME, runs/NAME-2, ...)')
    .option('--overwrite', 'replace a run directory that is there already')
    .option('--log-steps <n>', 'record the loss of each of the first n training steps', parseCount('--log-steps'), 0)
    .action(async (file, run, flags) => {
      const { runCommand } = await import('./commands.ts');
      exitCode = await runCommand(file, run, { set: new Map(), ...flags }, sources);
    });
  shown(command(bprune, 'resume <run>', 'go on with a run that was interrupted, killed, or that failed'))
    .option('--backend <name>', 'another one than the run was begun on')
    .action(async (run, flags) => {
      const { resumeCommand } = await import('./commands.ts');
      exitCode = await resumeCommand(run, { backend: null, ...flags }, sources);
    });
  command(bprune, 'diagnose <run>', 'say how far the posterior of a run can be trusted')
    .option('--backend <name>', 'another one than that of the run')
    .option('--json', 'one JSON document on standard output')
    .action(async (run, flags) => {
      const { diagnoseCommand } = await import('./commands.ts');
      exitCode = await diagnoseCommand(run, { backend: null, ...flags }, sources);
    });
  command(
    bprune,
    'verify <file> [run]',
    'say whether the inference of a run is right, on data drawn from its own model',
  )
    .option('--replications <n>', 'data sets that are drawn and inferred from', parseCount('--replications'), 100)
    .option('--rows <n>', 'training rows of each (default: 100, or the largest batch)', parseCount('--rows'))
    .option('--seed <n>', 'root of all randomness', parseSeed, 1)
    .option('--set <name=value>', 'give a `const` another value (repeatable)', collectSetting)
    .option('--backend <name>', BACKENDS, 'auto')
    .option('--out <file>', 'write all ranks and findings as JSON')
    .option('--json', 'one JSON document on standard output')
    .option('--quiet', 'no progress')
    .action(async (file, run, flags) => {
      const { verifyCommand } = await import('./commands.ts');
      exitCode = await verifyCommand(file, run, { set: new Map(), ...flags }, sources);
    });
  command(bprune, 'compile <file> [run]', 'write a standalone tfjs project that does the same')
    .requiredOption('-o, --out <dir>', 'the directory to write')
    .option('--seed <n>', 'root of all randomness', parseSeed, 1)
    .option('--set <name=value>', 'give a `const` another value (repeatable)', collectSetting)
    .option('--overwrite', 'replace a directory that is there already')
    .action(async (file, run, flags) => {
      const { compileCommand } = await import('./commands.ts');
      exitCode = await compileCommand(file, run, { set: new Map(), ...flags }, sources);
    });
  command(bprune, 'fmt [files...]', 'write programs in the one form that the language has')
    .option('--check', 'write nothing; name the files that are not formatted, and end with 3 if there are any')
    .option('--stdin', 'from standard input to standard output')
    .action(async (files, flags) => {
      const { formatCommand } = await import('./commands.ts');
      exitCode = await formatCommand(files, flags, sources);
    });
  command(bprune, 'repl [file]', 'declare, look, train and evaluate interactively')
    .option('--seed <n>', 'root of all randomness', parseSeed, 1)
    .option('--backend <name>', BACKENDS, 'auto')
    .action(async (file, flags) => {
      const { startReplTerminal } = await import('./commands.ts');
      exitCode = await startReplTerminal({ file: file ?? null, backend: flags.backend, seed: flags.seed, color });
    });
  command(bprune, 'doctor', 'which backends can run here, and how fast they are')
    .option('--measure', 'time each of them, so that --backend auto takes the fastest')
    .option(
      '--install <what>',
      'tensorflow: into the cache folder of the user',
      parseChoice('--install', ['tensorflow']),
    )
    .option('--gpu', 'with --install: the build for NVIDIA cards (CUDA 12 must be there)')
    .action(async (flags) => {
      const { doctorCommand } = await import('./commands.ts');
      exitCode = await doctorCommand(flags);
    });
  command(
    bprune,
    'explain [topic]',
    'a diagnostic code, a word of the language, or a name: an engine, a layer ...',
  ).action(async (topic) => {
    const { explainCommand } = await import('./commands.ts');
    exitCode = await explainCommand(topic);
  });
  return bprune;
}

/** Commands whose messages may be read by a machine. */
function tells(teller: Command): Command {
  return teller
    .option(
      '--message-format <format>',
      'text; json or sarif: mistakes as one document on standard output',
      parseChoice('--message-format', MESSAGE_FORMATS),
      'text',
    )
    .hook('preAction', (self) => {
      messageFormat = self.opts().messageFormat as MessageFormat;
    });
}

/** Flags of commands that train. */
function shown(trains: Command): Command {
  return trains
    .option('--json', 'one JSON document on standard output')
    .option('--quiet', 'no progress')
    .option(
      '--progress <style>',
      'auto, bar, plain, none',
      parseChoice('--progress', ['auto', 'bar', 'plain', 'none']),
      'auto',
    )
    .option(
      '--checkpoint-every <seconds>',
      'how often a training is kept so that `bprune resume` can go on with it; 0 after each block of steps, or `never`',
      parseSeconds('--checkpoint-every'),
      30,
    );
}

function command(parent: Command, nameAndArgs: string, description: string): Command {
  return parent
    .command(nameAndArgs)
    .description(description)
    .option('--color <when>', 'auto, always, never', parseChoice('--color', ['auto', 'always', 'never']), 'auto')
    .hook('preAction', (self) => {
      color = self.opts().color as ColorChoice;
    });
}

/** A reader that went away (`bprune ... | head`) is no mistake: what is left is written to nobody. */
function surviveClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}

async function fail(error: unknown): Promise<ExitCode> {
  const { reportFailure } = await import('./commands.ts');
  const json = owesDocument;
  owesDocument = false;
  return reportFailure(error, sources, color, json, messageFormat);
}

/** Read from the words themselves: a usage mistake ends a command before commander has its flags. */
function wantsDocument(root: Command, args: readonly string[]): boolean {
  const called = root.commands.find((c) => c.name() === args[0]);
  return args.includes('--json') && called?.options.some((o) => o.long === '--json') === true;
}

async function main(): Promise<ExitCode> {
  const root = program();
  for (const c of [root, ...root.commands]) {
    c.exitOverride()
      .showSuggestionAfterError(false)
      .configureOutput({ writeErr: () => undefined });
  }
  const args = process.argv.slice(2);
  if (args.length === 0) {
    root.outputHelp();
    return 2;
  }
  owesDocument = wantsDocument(root, args);
  try {
    await root.parseAsync();
    owesDocument = false;
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) return fail(error);
    if (error.exitCode === 0) return 0;
    const { usageFrom } = await import('./commands.ts');
    return fail(usageFrom(error, root, args));
  }
}

/** What nobody awaited. If even telling it fails there is nothing left but a line. */
function lastResort(error: unknown): void {
  fail(error).then(
    (code) => process.exit(code),
    () => {
      process.stderr.write(`error BP9001: ${error instanceof Error ? error.message : String(error)}\n`);
      process.exit(1);
    },
  );
}

surviveClosedPipes();
process.on('uncaughtException', lastResort);
process.on('unhandledRejection', lastResort);
process.exitCode = await main();

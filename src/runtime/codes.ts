/** The diagnostic codes of the runtime and of all rooms below it in one table, and the exit code of a process that ends on some of them. */
import { type CodeEntry, codeTable, type ExitCode, example } from '../base/codes.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import { dataCodes } from '../data/index.ts';
import { executorCodes } from '../executors/codes.ts';
import { checkCodes, syntaxCodes } from '../language/index.ts';

/** Codes that the runtime raises itself. */
const runtimeCodes = codeTable([
  {
    code: 'BP5901',
    title: 'training left the real numbers',
    explanation:
      'A value of a training step became NaN or infinite. bprune went back to the last good state, repeated the step and looked for the first value that is not finite; the message names it and the line of the program that it belongs to. A learning rate that is too high is the usual reason, then data that are not scaled, then a start standard deviation that is too large.',
    example: example('command', 'bprune run p.bprune --set rate=1e30', 'bprune run p.bprune --set rate=1e-3'),
    exit: 5,
  },
  {
    code: 'BP5902',
    title: 'a step of the run broke',
    explanation:
      'A step failed for a reason that bprune does not know: the library that computes gave up, or bprune has a bug. What was known is kept, and if there is a checkpoint the message names it. Another backend may succeed; if not, please report it with the program.',
    example: example('command', 'bprune run p.bprune --backend node', 'bprune resume runs/p --backend onnx'),
    exit: 5,
  },
  {
    code: 'BP5903',
    title: 'the training does not fit in memory',
    explanation:
      'What the training needs was told from its program before it began, and is more than is free on this machine. The hint names the largest batch that fits. State grows with the number of weights (times particles), the rest with the batch and the width of the layers.',
    example: example('command', 'bprune run p.bprune --set batch=50_000', 'bprune run p.bprune --set batch=100'),
    exit: 5,
  },
  {
    code: 'BP5904',
    title: 'a posterior without a width',
    explanation:
      'Laplace takes the width of the posterior from its curvature, and at this number there is none, or the density curves upwards. Either the training stopped short of the highest point, or neither the data nor the prior hold the number: a weight behind an input that is always 0, under a flat prior.',
    example: example('command', 'bprune run flat-prior.bprune', 'bprune run normal-prior.bprune'),
    exit: 5,
  },
  {
    code: 'BP6901',
    title: 'a requirement does not hold',
    explanation:
      'The figures of this run do not satisfy a `require` step. The run finished and everything was written; the exit code is 6 so that scripts notice.',
    example: example('command', 'bprune run p.bprune --set limit=0%', 'bprune run p.bprune --set limit=5%'),
    exit: 6,
  },
  {
    code: 'BP6902',
    title: 'the inference is not calibrated',
    explanation:
      'On data that were drawn from the model itself, the true values do not lie where the posterior says: it is shifted, or, of draws that claim to be the posterior, too narrow or too wide. The findings above it say which, and by how much. Everything was computed and written; the exit code is 6 so that scripts notice.',
    example: example('command', 'bprune verify p.bprune --set steps=50', 'bprune verify p.bprune --set steps=5_000'),
    exit: 6,
  },
  {
    code: 'BP7201',
    title: 'cannot read or write a file',
    explanation:
      'The operating system refused: a missing file or directory, a name below a plain file, missing permission, or a read-only disk. The message has the path and the reason.',
    example: example('command', 'bprune run p.bprun', 'bprune run p.bprune'),
    exit: 4,
  },
  {
    code: 'BP7202',
    title: 'the directory is taken',
    explanation:
      'The directory to write holds something already, or another run is writing it. bprune never mixes two runs: choose another name, or say --overwrite.',
    example: example('command', 'bprune run p.bprune --out runs/p', 'bprune run p.bprune --out runs/p --overwrite'),
    exit: 2,
  },
  {
    code: 'BP7203',
    title: 'not a directory',
    explanation: 'A directory is needed and a file stands there. Nothing was written, and the file was left as it is.',
    example: example('command', 'bprune run p.bprune --out notes.txt', 'bprune run p.bprune --out runs/p'),
    exit: 2,
  },
  {
    code: 'BP7204',
    title: 'the disk is full',
    explanation:
      'Writing the run directory failed for lack of space. What was begun was taken away again, so no half-written run is left; but where a checkpoint had been written it stays, and the message says how to go on from it.',
    example: example('command', 'bprune run p.bprune --out /mnt/full/p', 'df -h; bprune resume /mnt/full/p'),
    exit: 4,
  },
  {
    code: 'BP7205',
    title: 'not ours to overwrite',
    explanation:
      '--overwrite replaces a directory that the same command wrote before, and deletes what is in it. This directory holds other files, so nothing was touched.',
    example: example(
      'command',
      'bprune run p.bprune --out documents --overwrite',
      'bprune run p.bprune --out runs/p --overwrite',
    ),
    exit: 2,
  },
  {
    code: 'BP7206',
    title: 'not a text file',
    explanation: 'Programs are UTF-8 text. This file holds bytes that are not; it is probably another kind of file.',
    example: example('command', 'bprune check p.png', 'bprune check p.bprune'),
    exit: 4,
  },
  {
    code: 'BP7301',
    title: 'not a safetensors file',
    explanation:
      'The file does not follow the safetensors format; the message says where it first fails to. A file of another kind, or one that was cut off, is the usual reason.',
    example: example(
      'command',
      'head -c 1000 old.safetensors > runs/p.partial/checkpoint.safetensors; bprune resume runs/p',
      'bprune run p.bprune',
    ),
    exit: 4,
  },
  {
    code: 'BP7302',
    title: 'an observed number that the likelihood excludes',
    explanation:
      'The column holds a number that the likelihood gives no density: a negative number under `Gamma`, half a count under `Poisson`. Every loss would be infinite, so nothing was trained. Leave such rows out, scale the column, or use a likelihood that covers them.',
    example: example('command', 'bprune run counts-as-gamma.bprune', 'bprune run counts-as-poisson.bprune'),
    exit: 4,
  },
  {
    code: 'BP7303',
    title: 'a number of a column that an argument of the likelihood cannot be',
    explanation:
      'A column stands in the likelihood, as in `y ~ Normal(net(x), sigma)`, and in some row it makes of an argument what it must not be: a scale that is negative or 0. Nothing was trained. Leave such rows out, or write what the column means: `exp(s)` where it holds logarithms, `variance = v` where it holds squares.',
    example: example('command', 'bprune run scale-of-zero.bprune', 'bprune run scale-above-zero.bprune'),
    exit: 4,
  },
  {
    code: 'BP7401',
    title: 'not a checkpoint',
    explanation:
      'The file from which a run was to go on is cut off, damaged, or another file: its checksum tells. A checkpoint is written under a temporary name and renamed, so a run that is killed never leaves half of one.',
    example: example(
      'command',
      'head -c 1000 old/checkpoint.safetensors > runs/p.partial/checkpoint.safetensors; bprune resume runs/p',
      'cp old/checkpoint.safetensors runs/p.partial/; bprune resume runs/p',
    ),
    exit: 4,
  },
  {
    code: 'BP7402',
    title: 'nothing to resume',
    explanation:
      'There is no run directory of this name, or it has no checkpoint: the run ended before its first training step was kept. Only a training that was begun can go on.',
    example: example('command', 'bprune resume runs/q', 'ls runs; bprune resume runs/p'),
    exit: 4,
  },
  {
    code: 'BP7403',
    title: 'the run is finished',
    explanation:
      'All steps of this run are done, so there is nothing to go on with. Start a new one with `bprune run`.',
    example: example('command', 'bprune resume runs/p', 'bprune run p.bprune'),
    exit: 2,
  },
  {
    code: 'BP7404',
    title: 'the run cannot go on here',
    explanation:
      'A run that goes on must give what the whole run would have given. The program, the data files or the version of bprune are not those that it was begun with.',
    example: example(
      'command',
      'echo "const rate = 2" >> runs/p.partial/model.bprune; bprune resume runs/p',
      'bprune run p.bprune',
    ),
    exit: 4,
  },
  {
    code: 'BP7405',
    title: 'nothing to diagnose',
    explanation:
      'There is no run directory of this name, or the run has left no posterior in it. That is so while it is still going on, and where it stopped before an `infer` step was done.',
    example: example('command', 'bprune diagnose runs/q', 'ls runs; bprune diagnose runs/p'),
    exit: 4,
  },
  {
    code: 'BP7406',
    title: 'the model cannot be simulated',
    explanation:
      'To verify an inference, true values are drawn from the prior and data from the likelihood. That needs a prior that can be drawn from: `Flat`, `LogUniform` and `GroupNormalJeffreys` have no finite integral, and a density of the program needs a `draw`. Layers that mix the rows of a batch are refused too. Put a proper prior in its place to verify the rest.',
    example: example('command', 'bprune verify flat-prior.bprune', 'bprune verify normal-prior.bprune'),
    exit: 3,
  },
  {
    code: 'BP7407',
    title: 'nothing to verify',
    explanation:
      'A run is verified by the `infer` steps that it begins with. This one begins with another step, or one of them sees other rows than those of `train`, or its posterior is a point, as that of `map`, in whose spread no true value can lie.',
    example: example('command', 'bprune verify p.bprune point', 'bprune verify p.bprune sampled'),
    exit: 3,
  },
  {
    code: 'BP7408',
    title: 'the run is being written',
    explanation:
      'A run directory is written by one process, whose number stands in its `writer.json` for as long. That process is still there, so going on with the run would mix two of them. Let it end, or stop it; a number that a killed run left behind counts for nothing.',
    example: example(
      'command',
      'bprune run p.bprune & bprune resume runs/p',
      'bprune run p.bprune; bprune resume runs/p',
    ),
    exit: 2,
  },
  {
    code: 'BP9001',
    title: 'an error of bprune itself',
    explanation:
      'Something happened that bprune promises never happens. Please report it with the program; BPRUNE_DEBUG=1 shows where.',
    example: example('command', 'bprune run p.bprune', 'BPRUNE_DEBUG=1 bprune run p.bprune'),
    exit: 1,
  },
  {
    code: 'BP9002',
    title: 'usage',
    explanation: 'A command, flag or value on the command line is not one that bprune has. `bprune --help` lists them.',
    example: example('command', 'bprune run p.bprune --sed 3', 'bprune run p.bprune --seed 3'),
    exit: 2,
  },
  {
    code: 'BP9003',
    title: 'unknown run',
    explanation:
      'The program has no run of the name given on the command line, or has several and none was named. A file without a run can be checked, but not run.',
    example: example('command', 'bprune run p.bprune frist', 'bprune run p.bprune first'),
    exit: 2,
  },
  {
    code: 'BP9004',
    title: 'stopped by the user',
    explanation: 'Ctrl-C asked for an end. What was known is kept; a step that was only half done left nothing behind.',
    example: example('command', 'bprune run p.bprune   # and Ctrl-C', 'bprune resume runs/p'),
    exit: 130,
  },
  {
    code: 'BP9005',
    title: 'a run that this version cannot do',
    explanation:
      'The program is right, and `check` accepts it with warnings, but a part of this run is not available yet. Other runs of the same file can be run by their names.',
    example: example('command', 'bprune run p.bprune with_gates', 'bprune check p.bprune'),
    exit: 3,
  },
  {
    code: 'BP9011',
    title: 'unknown command of the REPL',
    explanation: 'A line that begins with a colon is a command, and there is none of this name. `:help` lists them.',
    example: example('command', 'echo ":trian" | bprune repl p.bprune', 'echo ":train" | bprune repl p.bprune'),
    exit: 2,
  },
  {
    code: 'BP9012',
    title: 'nothing to work on yet',
    explanation:
      'A command of the REPL needs something that is not there yet: a network, a model, a run, or a trained posterior. The hint says what to do first.',
    example: example(
      'command',
      'echo ":eval" | bprune repl p.bprune',
      'printf ":train\\n:eval\\n" | bprune repl p.bprune',
    ),
    exit: 3,
  },
  {
    code: 'BP9013',
    title: 'wrong argument of a command',
    explanation: 'A command of the REPL takes no such argument. `:help` shows what each of them takes.',
    example: example('command', 'echo ":train fast" | bprune repl p.bprune', 'echo ":train 5" | bprune repl p.bprune'),
    exit: 2,
  },
]);

const tables = [syntaxCodes, checkCodes, dataCodes, executorCodes, runtimeCodes];

/** Every code of these rooms; `tools/cli/codes.ts` adds those above. */
export const codes: ReadonlyMap<string, CodeEntry> = codeTable(tables.flatMap((table) => [...table.values()]));

/** The exit code of the first error; 0 when there is none. Rooms above the runtime bring a larger `table`. */
export function exitCodeOf(
  diagnostics: readonly Diagnostic[],
  table: ReadonlyMap<string, CodeEntry> = codes,
): ExitCode {
  const first = diagnostics.find((d) => d.severity === 'error');
  return first === undefined ? 0 : (table.get(first.code)?.exit ?? 1);
}

/** The command line of the trainer. */
import { parseArgs } from 'node:util';

export const USAGE = `usage: npm start -- [options]

  --seed N         seed of start values, shuffles, noise and draws
  --data PATH      the data, in place of the path that the program names
  --backend NAME   wasm (default) or cpu
  --steps N        end each training after N steps: a quick trial
  --losses FILE    write the loss of each training step to FILE, as JSON
  --out DIR        where exports are written (default: exports)
`;

/** What the user asked for; an unknown flag ends the process with exit code 2. */
export function readArguments(defaults) {
  try {
    const text = { type: 'string' };
    const { values } = parseArgs({
      options: {
        seed: text,
        data: text,
        backend: text,
        steps: text,
        losses: text,
        out: text,
        help: { type: 'boolean' },
      },
    });
    if (values.help) finish(USAGE, 0);
    return {
      seed: wholeNumber('--seed', values.seed, defaults.seed),
      data: values.data ?? null,
      backend: values.backend ?? 'wasm',
      steps: wholeNumber('--steps', values.steps, Number.POSITIVE_INFINITY),
      losses: values.losses ?? null,
      out: values.out ?? 'exports',
    };
  } catch (error) {
    return finish(`${error.message}\n\n${USAGE}`, 2);
  }
}

function wholeNumber(flag, text, otherwise) {
  if (text === undefined) return otherwise;
  if (!/^\d+$/.test(text)) throw new Error(`${flag} takes a whole number, not ${text}`);
  return Number(text);
}

function finish(text, code) {
  (code === 0 ? process.stdout : process.stderr).write(text);
  process.exit(code);
}

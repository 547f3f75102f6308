import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { EpochSummary, Reporter } from '../../../src/runtime/reporter.ts';
import { silentReporter } from '../../../src/runtime/reporter.ts';
import { duration, type ProgressStyle, reporterFor } from '../../../src/tools/cli/reporters.ts';

function recorded(style: ProgressStyle, isTTY = false): { reporter: Reporter; text: () => string } {
  const stream = new PassThrough();
  let text = '';
  stream.on('data', (chunk) => {
    text += chunk;
  });
  const terminal = Object.assign(stream, { isTTY, columns: 100 }) as unknown as NodeJS.WriteStream;
  return { reporter: reporterFor(style, terminal), text: () => text };
}

/** The end of an epoch of 10 steps, of `epochs`, at a time. */
function epoch(number: number, epochs: number, secondsSoFar: number, kl: number | null = 1234.56): EpochSummary {
  const progress = {
    step: 10 * number,
    steps: 10 * epochs,
    stepsPerEpoch: 10,
    nll: 0.5,
    secondsSoFar,
    secondsPerStep: secondsSoFar / (10 * number),
  };
  return { epoch: number, nll: 0.51234, kl, loss: 1, progress };
}

describe('duration', () => {
  it.each([
    [0, '0 s'],
    [-3, '0 s'],
    [59.4, '59 s'],
    [59.6, '1 min 00 s'],
    [200, '3 min 20 s'],
    [3599.7, '1 h 00 min'],
    [3725, '1 h 02 min'],
    [100_000, '27 h 46 min'],
  ])('of %d seconds is %s', (seconds, text) => expect(duration(seconds)).toBe(text));
});

describe('a training step that takes long to be made ready', () => {
  it.each(['plain', 'bar'] as const)('is named (%s)', (style) => {
    const { reporter, text } = recorded(style, style === 'bar');
    reporter.compiling('native');
    expect(text()).toBe('  making the training step ready for native, which takes a while the first time\n');
  });
});

describe('plain lines', () => {
  it('say which step runs, and one line for each epoch with what is left', () => {
    const { reporter, text } = recorded('auto');
    reporter.stepStarted(1, 3, 'infer sgvb');
    reporter.epochDone(epoch(1, 2, 5));
    reporter.epochDone(epoch(2, 2, 10, null));
    reporter.stepDone();
    expect(text()).toBe(
      '[1/3] infer sgvb\n' +
        '  epoch 1/2  nll 0.5123  kl 1235  500.0 ms/step  5 s left\n' +
        '  epoch 2/2  nll 0.5123  500.0 ms/step  0 s left\n',
    );
  });
  it('come at most once a second, but the last epoch of each step is always shown', () => {
    const { reporter, text } = recorded('plain');
    const train = () => {
      reporter.stepStarted(1, 1, 'infer');
      for (let i = 1; i <= 30; i++) reporter.epochDone(epoch(i, 30, 0.1 * i));
      reporter.stepDone();
    };
    train();
    train();
    const shown = [...text().matchAll(/epoch (\d+)\/30/g)].map((m) => Number(m[1]));
    const once = shown.slice(0, shown.length / 2);
    expect(shown).toEqual([...once, ...once]);
    expect(once[0]).toBe(1);
    expect(once.at(-1)).toBe(30);
    // Three seconds hold a line at the start, one a second after it, and the end.
    expect(once.length).toBeLessThanOrEqual(5);
  });
});

describe('the style', () => {
  it('is never a bar where there is no terminal, and silence when asked', () => {
    const piped = recorded('auto', false);
    piped.reporter.trained({ step: 1, steps: 2, stepsPerEpoch: 2, nll: 1, secondsSoFar: 1, secondsPerStep: 1 });
    expect(piped.text()).toBe('');
    expect(recorded('none', true).reporter).toBe(silentReporter);
  });
  it('is a bar on a terminal, which gives the cursor back when the step ends', () => {
    const { reporter, text } = recorded('auto', true);
    reporter.stepStarted(1, 1, 'infer');
    reporter.trained({ step: 1, steps: 2, stepsPerEpoch: 2, nll: 1, secondsSoFar: 1, secondsPerStep: 1 });
    expect(text()).toContain('\u001b[?25l');
    expect(text()).not.toContain('\u001b[?25h');
    reporter.stepDone();
    expect(text()).toContain('\u001b[?25h');
  });
});

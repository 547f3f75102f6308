/** How a run shows itself while it goes on: a bar on a terminal, plain lines elsewhere, or nothing. All on standard error. */
import { type Bar, Presets, SingleBar } from 'cli-progress';
import { type EpochSummary, type Reporter, silentReporter, type TrainingProgress } from '../../runtime/reporter.ts';

export type ProgressStyle = 'auto' | 'bar' | 'plain' | 'none';

export function reporterFor(style: ProgressStyle, stream: NodeJS.WriteStream): Reporter {
  const chosen = style === 'auto' ? (stream.isTTY ? 'bar' : 'plain') : style;
  if (chosen === 'none') return silentReporter;
  return chosen === 'bar' ? barReporter(stream) : plainReporter(stream);
}

/** `1 h 02 min`, `3 min 20 s`, `45 s`. */
export function duration(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${String(s % 60).padStart(2, '0')} s`;
  return `${Math.floor(s / 3600)} h ${String(Math.floor((s % 3600) / 60)).padStart(2, '0')} min`;
}

function secondsLeft({ step, steps, secondsPerStep }: TrainingProgress): number {
  return secondsPerStep * (steps - step);
}

function epochLine(summary: EpochSummary): string {
  const { progress, epoch, nll, kl } = summary;
  const epochs = Math.ceil(progress.steps / progress.stepsPerEpoch);
  const perStep = progress.secondsPerStep * 1000;
  const divergence = kl === null ? '' : `  kl ${kl >= 1000 ? kl.toFixed(0) : kl.toPrecision(4)}`;
  return `  epoch ${epoch}/${epochs}  nll ${nll.toFixed(4)}${divergence}  ${perStep.toFixed(1)} ms/step  ${duration(secondsLeft(progress))} left`;
}

/** Epochs shorter than this share a line. */
const QUIET_SECONDS = 1;

function compilingLine(backend: string): string {
  return `  making the training step ready for ${backend}, which takes a while the first time`;
}

function plainReporter(stream: NodeJS.WriteStream): Reporter {
  const line = (text: string) => void stream.write(`${text}\n`);
  let shownAt = Number.NEGATIVE_INFINITY;
  return {
    ...silentReporter,
    stepStarted(index, count, text) {
      shownAt = Number.NEGATIVE_INFINITY;
      line(`[${index}/${count}] ${text}`);
    },
    compiling: (backend) => line(compilingLine(backend)),
    epochDone(summary) {
      const { step, steps, secondsSoFar } = summary.progress;
      if (step < steps && secondsSoFar - shownAt < QUIET_SECONDS) return;
      shownAt = secondsSoFar;
      line(epochLine(summary));
    },
  };
}

function barReporter(stream: NodeJS.WriteStream): Reporter {
  let bar: Bar | null = null;
  let shownAt = Number.NEGATIVE_INFINITY;
  const show = (total: number, value: number, words: string) => {
    if (bar === null) {
      const format = '  {bar} {value}/{total}  {words}';
      bar = new SingleBar(
        { format, stream, clearOnComplete: true, hideCursor: true, barsize: 28 },
        Presets.shades_classic,
      );
      bar.start(total, value, { words });
    }
    bar.update(value, { words });
  };
  const clear = () => {
    bar?.stop();
    bar = null;
  };
  return {
    ...silentReporter,
    stepStarted(index, count, text) {
      shownAt = Number.NEGATIVE_INFINITY;
      stream.write(`[${index}/${count}] ${text}\n`);
    },
    compiling: (backend) => void stream.write(`${compilingLine(backend)}\n`),
    trained: (p) =>
      show(
        p.steps,
        p.step,
        `nll ${p.nll.toFixed(4)}  ${(1 / p.secondsPerStep).toFixed(1)} steps/s  ${duration(secondsLeft(p))} left`,
      ),
    epochDone(summary) {
      const { step, steps, secondsSoFar } = summary.progress;
      if (step < steps && secondsSoFar - shownAt < QUIET_SECONDS) return;
      shownAt = secondsSoFar;
      clear();
      stream.write(`${epochLine(summary)}\n`);
    },
    evaluated: (draw, draws) => show(draws, draw, 'posterior draws'),
    stepDone: clear,
  };
}

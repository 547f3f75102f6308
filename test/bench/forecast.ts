/**
 * The memory that a run takes beside what was forecast for it: `tsx test/bench/forecast.ts [EXECUTOR ...]`, after a build.
 * Prints a table over the benchmark's programs, each in a process of its own.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { writeCifar } from './cifar.ts';

const here = import.meta.dirname;
const main = resolve(here, '../../dist/bprune.js');

/** Steps that are enough for memory to reach its top. */
const programs = { 'w1-lenet300': 2000, 'w2-lenet5': 200, 'w3-svgd': 800, 'w4-resnet20': 40 };

function taken(program: string, steps: number, executor: string) {
  const folder = mkdtempSync(join(tmpdir(), 'bprune-forecast-'));
  try {
    const flags = ['--set', `length=${steps}`, '--backend', executor, '--out', join(folder, 'run'), '--quiet'];
    execFileSync(process.execPath, [main, 'run', join(here, 'programs', `${program}.bprune`), ...flags], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const lines = readFileSync(join(folder, 'run/timings.jsonl'), 'utf8').trim().split('\n');
    const all = Object.assign({}, ...lines.map((line) => JSON.parse(line)));
    return { peak: Number(all.peak_mib), forecast: Number(all.forecast_mib) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

writeCifar(join(here, 'programs/data/cifar'));
const executors = process.argv.length > 2 ? process.argv.slice(2) : ['onnx'];
console.log('| program | executor | forecast MiB | peak MiB | forecast / peak |\n|---|---|---|---|---|');
for (const executor of executors) {
  for (const [program, steps] of Object.entries(programs)) {
    const { peak, forecast } = taken(program, steps, executor);
    console.log(`| ${program} | ${executor} | ${forecast} | ${peak} | ${(forecast / peak).toFixed(2)} |`);
  }
}

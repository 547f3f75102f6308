/**
 * `npm run bench`: every workload on every executor beside the peers, in interleaved rounds, so that a machine that slows down
 * slows all of them down. Writes results.json and RESULTS.md.
 *
 *   npm run bench -- --rounds 5 --only w1,w2 --executors onnx,tensorflow --peers torch,jax --venv DIR
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { begin } from '../helpers/flags.ts';
import { bundleOurs } from './bundle.ts';
import { writeCifar } from './cifar.ts';
import { type Contender, DATA, lackOfPeers, ours, peer } from './contenders.ts';
import { gemmLimit, type Limit, medianLimit } from './gemm-limit.ts';
import { watchOthers } from './load.ts';
import { describeMachine } from './machine.ts';
import { isFigures, type Measurement } from './measurement.ts';
import { type BenchOptions, readOptions } from './options.ts';
import { measured } from './process.ts';
import { page, type Results, rowOf, type WorkloadResult } from './report.ts';
import { type Workload, workloads } from './workloads.ts';

const say = (text: string) => void process.stderr.write(`${text}\n`);

function contendersOf(workload: Workload, options: BenchOptions, withPeers: boolean): Contender[] {
  const mine = options.executors.map((executor) => ours(workload, executor, options.seconds));
  if (!withPeers) return mine;
  const others = Object.entries(workload.peers)
    .filter(([framework]) => options.peers.includes(framework))
    .flatMap(([framework, forms]) =>
      forms.map((form) => peer(workload, framework, form, options.venv, options.seconds)),
    );
  return [...mine, ...others];
}

/** Round by round; who cannot run at all is not asked again. A compiler's cache is filled before the first round. */
async function rounds(contenders: readonly Contender[], limited: readonly Workload[], options: BenchOptions) {
  const all = new Map<Contender, Measurement[]>(contenders.map((c) => [c, []]));
  const limits = new Map<Workload, Limit[]>(limited.map((w) => [w, []]));
  const compiled = (name: string) => name === 'native' || name.endsWith('compile');
  for (const c of contenders) if (compiled(c.name)) await measured(c.command(), options.limit);
  for (let round = 1; round <= options.rounds; round++) {
    for (const c of contenders) {
      const before = all.get(c)!;
      if (before.some((m) => !isFigures(m))) continue;
      const others = watchOthers();
      const m = withOthers(await measured<Measurement>(c.command(), options.limit), others());
      before.push(m);
      const outcome = isFigures(m) ? `${m.msPerStep.toPrecision(3)} ms/step` : Object.values(m)[0];
      say(`round ${round}/${options.rounds}  ${c.workload.name} ${c.name}: ${outcome}`);
    }
    for (const w of limited) {
      const limit = await gemmLimit(w, options.venv);
      if (limit === null) continue;
      limits.get(w)!.push(limit);
      say(`round ${round}/${options.rounds}  ${w.name} GEMM limit: ${limit.msPerStep.toPrecision(3)} ms/step`);
    }
  }
  return { all, limits };
}

function withOthers(m: Measurement, others: number | null): Measurement {
  return isFigures(m) ? { ...m, others } : m;
}

async function bench(options: BenchOptions): Promise<Results> {
  const lack = options.peers.length === 0 ? 'no peers were asked for' : lackOfPeers(options.venv);
  if (lack !== null) say(lack);
  const chosen = workloads.filter((w) => options.only.includes(w.name));
  const contenders = chosen.flatMap((w) => contendersOf(w, options, lack === null));
  writeCifar(DATA.cifar);
  await bundleOurs();
  const { all, limits } = await rounds(contenders, lack === null ? chosen : [], options);
  const done = chosen.map((workload): WorkloadResult => {
    const { name, title } = workload;
    const rows = contenders.filter((c) => c.workload === workload).map((c) => rowOf(c.name, c.ours, all.get(c)!));
    return { name, title, limit: medianLimit(limits.get(workload) ?? []), rows };
  });
  const missing = done.flatMap((w) =>
    w.rows.filter((r) => r.figures === null).map((r) => `${w.name} ${r.name}: ${r.why}`),
  );
  return {
    date: new Date().toISOString().slice(0, 10),
    rounds: options.rounds,
    seconds: options.seconds,
    machine: await describeMachine(options.venv),
    workloads: done,
    absent: lack === null ? missing : [lack, ...missing],
  };
}

const options = begin((args) => readOptions(args, { name: 'bench', parts: workloads.map((w) => w.name) }));
const results = await bench(options);
writeFileSync(join(options.out, 'results.json'), `${JSON.stringify(results, null, 2)}\n`);
writeFileSync(join(options.out, 'RESULTS.md'), page(results));
process.stdout.write(page(results));

/** Where a process dies: on the `count`-th occasion behind so many lines of `metrics.jsonl` that it has written itself. */
import type { Host } from '../../src/runtime/host.ts';
import { nodeHost } from '../../src/runtime/host-node.ts';

export interface Death {
  readonly lines: number;
  /** Between two blocks of steps or of rows; or while a checkpoint is written, half of which lies beside the one before. */
  readonly at: 'breath' | 'checkpoint';
  readonly count: number;
}

const CHECKPOINT = 'checkpoint.safetensors';
const METRICS = 'metrics.jsonl';
/** No process has this number, so what the dead one locked is free. */
const NOBODY = 0x7fff_fff0;

/** A host whose process dies: from then on nothing that it was asked for is ever answered. Time passes by calls, so that blocks have the same steps each time. */
export function mortalHost(death: Death): { readonly host: Host; readonly died: Promise<'died'> } {
  const real = nodeHost();
  let [lines, left, clock] = [0, death.count, 0];
  let die: () => void = () => undefined;
  const died = new Promise<'died'>((done) => {
    die = () => done('died');
  });
  const isLast = (at: Death['at']) => lines >= death.lines && at === death.at && --left === 0;
  const never = () => {
    die();
    return new Promise<never>(() => undefined);
  };
  const host: Host = {
    ...real,
    pid: NOBODY,
    now: () => ++clock,
    async append(path, content) {
      await real.append(path, content);
      if (path.endsWith(METRICS)) lines += 1;
    },
    async write(path, content) {
      if (!path.endsWith(CHECKPOINT) || !isLast('checkpoint')) return real.write(path, content);
      await real.writeNew(`${path}.tmp`, 'half of a checkpoint');
      return never();
    },
    breathe: () => (isLast('breath') ? never() : real.breathe()),
  };
  return { host, died };
}

/** The same for a process of its own: a module to `--import`, which ends the process by SIGKILL. */
export const deadlyModule = (death: Death) => `import { promises } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
const { appendFile, writeFile } = promises;
const immediately = globalThis.setImmediate;
let [lines, left] = [0, ${death.count}];
const isLast = (at) => lines >= ${death.lines} && at === '${death.at}' && --left === 0;
const die = () => process.kill(process.pid, 'SIGKILL');
promises.appendFile = async (path, ...rest) => {
  await appendFile(path, ...rest);
  if (String(path).endsWith('${METRICS}')) lines += 1;
};
promises.writeFile = async (path, content, ...rest) => {
  if (!String(path).endsWith('${CHECKPOINT}.tmp') || !isLast('checkpoint')) return writeFile(path, content, ...rest);
  await writeFile(path, content.subarray(0, content.length / 2));
  die();
};
globalThis.setImmediate = (...args) => {
  if (isLast('breath')) die();
  return immediately(...args);
};
syncBuiltinESMExports();
`;

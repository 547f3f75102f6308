/** A run directory has one writer, and its tables are cut back to where the run goes on. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeHost } from '../../src/runtime/host-node.ts';
import { openRecord, reopenRecord } from '../../src/runtime/record.ts';

const host = nodeHost();
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bprune-lock-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const open = (name: string, overwrite = false) => openRecord(host, { out: join(folder, name), name: 'r', overwrite });
const NOTHING = { metrics: 0, timings: 0 };

describe('a run directory', () => {
  it('is not reopened, nor written over, while a process writes there, and is once it has stopped', async () => {
    const record = await open('a');
    await expect(reopenRecord(host, record.path, NOTHING)).rejects.toThrow(
      `is being written by process ${process.pid}.`,
    );
    await expect(open('a', true)).rejects.toThrow('BP7408');
    await record.release();
    const again = await reopenRecord(host, record.path, NOTHING);
    await again.finish('finished', {});
    expect(await host.list(record.path)).not.toContain('writer.json');
  });

  it('is taken over from a process that is gone, and not from one of another machine', async () => {
    const record = await open('b');
    const lock = `${record.path}.partial/writer.json`;
    const gone = spawnSync(process.execPath, ['-e', '']).pid;
    writeFileSync(lock, JSON.stringify({ pid: gone, machine: host.machine, mark: '' }));
    await (await reopenRecord(host, record.path, NOTHING)).release();
    // The number has gone to another process.
    writeFileSync(lock, JSON.stringify({ pid: process.pid, machine: host.machine, mark: 'earlier' }));
    await (await reopenRecord(host, record.path, NOTHING)).release();
    writeFileSync(lock, JSON.stringify({ pid: gone, machine: 'elsewhere', mark: '' }));
    await expect(reopenRecord(host, record.path, NOTHING)).rejects.toThrow(`process ${gone} of elsewhere.`);
    writeFileSync(lock, '{"pid": 1');
    await (await reopenRecord(host, record.path, NOTHING)).release();
  });

  it('goes on with both tables as they were at the checkpoint', async () => {
    const record = await open('c');
    await record.metrics({ epoch: 1 });
    await record.timings({ seconds: 1 });
    const lengths = record.lengths();
    await record.metrics({ epoch: 2 });
    await record.timings({ seconds: 2 });
    await record.release();
    const again = await reopenRecord(host, record.path, lengths);
    await again.timings({ seconds: 3 });
    const read = (table: string) => readFileSync(`${record.path}.partial/${table}.jsonl`, 'utf8');
    expect(read('metrics')).toBe('{"epoch":1}\n');
    expect(read('timings')).toBe('{"seconds":1}\n{"seconds":3}\n');
    expect(again.lengths()).toEqual({ metrics: 12, timings: 28 });
    await again.release();
  });
});

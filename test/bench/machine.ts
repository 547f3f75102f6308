/** The machine and the versions that figures belong to. */
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { compiler } from '../../src/executors/native/load-compiler.ts';
import { nativeFolder } from '../../src/executors/tfjs/load.ts';
import { pythonOf } from './contenders.ts';
import { run } from './process.ts';

const ROOT = resolve(import.meta.dirname, '../..');

export async function describeMachine(venv: string): Promise<Readonly<Record<string, string>>> {
  return {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: String(availableParallelism()),
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    system: `${process.platform} ${release()}`,
    node: process.versions.node,
    'onnxruntime-node': installed('onnxruntime-node'),
    'onnxruntime-web': installed('onnxruntime-web'),
    'tfjs-backend-wasm': installed('@tensorflow/tfjs-backend-wasm'),
    tensorflow: await tensorflowVersion(),
    cc: await compilerVersion(),
    ...(await peerVersions(venv)),
  };
}

function installed(name: string): string {
  try {
    return String(JSON.parse(readFileSync(`${ROOT}/node_modules/${name}/package.json`, 'utf8')).version);
  } catch {
    return 'absent';
  }
}

/** Of the compiler that `native` calls. */
async function compilerVersion(): Promise<string> {
  const cc = compiler();
  if (cc === null) return 'absent';
  const { code, out } = await run({ file: cc, args: ['--version'] }, 60);
  return code === 0 ? out.split('\n')[0]! : 'absent';
}

/** Of the C library below tfjs-node, asked in a process of its own: where it breaks, it breaks there. */
async function tensorflowVersion(): Promise<string> {
  const folder = process.env.BPRUNE_TENSORFLOW ?? nativeFolder();
  const code = `
    const find = require('node:module').createRequire(${JSON.stringify(join(resolve(folder), 'bench'))});
    console.log(find('@tensorflow/tfjs-node').backend().binding.TF_Version);`;
  const { code: exit, out } = await run({ file: process.execPath, args: ['-e', code] }, 60);
  return exit === 0 ? out.trim().split('\n').at(-1)! : 'absent';
}

async function peerVersions(venv: string): Promise<Readonly<Record<string, string>>> {
  const code =
    'import json, platform, importlib.metadata as m; print(json.dumps({"python": platform.python_version(), **{n: m.version(n) for n in ("torch", "jax", "jaxlib")}}))';
  const { code: exit, out } = await run({ file: pythonOf(venv), args: ['-c', code] }, 30);
  return exit === 0 ? JSON.parse(out) : { torch: 'absent', jax: 'absent' };
}

/**
 * `bprune doctor --install tensorflow`: native TensorFlow for tfjs-node, in the user's cache. The package's own installer
 * fetches a library of years ago; here the library is taken out of the wheel that TensorFlow publishes for Python, and the
 * package's thin C++ layer is compiled against it. Built beside its place and renamed, so that there is never half of it.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { nativeFolder } from '../../runtime/backends.ts';
import { installFailed, need, runTool } from './run-tool.ts';

const TENSORFLOW = '2.20.0';
const TFJS = '4.22.0';

export interface InstallOptions {
  /** The wheel with CUDA kernels; the CUDA libraries themselves must be on the machine. */
  readonly gpu: boolean;
  readonly say: (line: string) => void;
}

/** Gives the folder, and throws a diagnostic with what is missing or went wrong. */
export async function installTensorflow({ gpu, say }: InstallOptions): Promise<string> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw installFailed(
      `There is no ready library for ${process.platform}-${process.arch}.`,
      `try \`npm install @tensorflow/tfjs-node@${TFJS}\` in your project`,
    );
  }
  for (const tool of ['npm', 'python3', 'g++']) await need(tool);
  await need('pip', ['python3', '-m', 'pip', '--version']);
  const place = nativeFolder();
  const work = `${place}.${process.pid}`;
  try {
    mkdirSync(work, { recursive: true });
    await build(work, gpu ? 'tensorflow' : 'tensorflow-cpu', say);
    rmSync(place, { recursive: true, force: true });
    renameSync(work, place);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return place;
}

async function build(work: string, wheel: string, say: (line: string) => void): Promise<void> {
  writeFileSync(join(work, 'package.json'), '{ "private": true }\n');
  say(`fetching @tensorflow/tfjs-node ${TFJS} from npm`);
  await npmInstall(work, `@tensorflow/tfjs-node@${TFJS}`);
  say(`fetching ${wheel} ${TENSORFLOW} from the Python package index`);
  const unpacked = await unpackWheel(work, wheel);
  const module = join(work, 'node_modules/@tensorflow/tfjs-node');
  placeLibraries(unpacked, join(module, 'deps/lib'));
  say('compiling');
  await compile(work, module, join(unpacked, 'tensorflow/include'));
  rmSync(dirname(unpacked), { recursive: true, force: true });
  say('trying it');
  const trial =
    "const tf = require('@tensorflow/tfjs-node'); tf.ready().then(() => process.exit(tf.getBackend() === 'tensorflow' ? 0 : 1));";
  await runTool(process.execPath, ['-e', trial], work);
}

function npmInstall(work: string, name: string): Promise<void> {
  return runTool('npm', ['install', '--silent', '--no-fund', '--no-audit', '--ignore-scripts', name], work);
}

/** What is taken out of the wheel: the two libraries, and the headers that the C++ layer includes. */
const WANTED = [
  'tensorflow/libtensorflow_cc.so.2',
  'tensorflow/libtensorflow_framework.so.2',
  'tensorflow/include/tensorflow/c/',
  'tensorflow/include/tensorflow/core/platform/',
  'tensorflow/include/tensorflow/tsl/platform/',
  'tensorflow/include/tsl/',
  'tensorflow/include/xla/tsl/',
];

const UNPACK = `
import sys, zipfile
wheel, folder, *wanted = sys.argv[1:]
with zipfile.ZipFile(wheel) as z:
    z.extractall(folder, [n for n in z.namelist() if n.startswith(tuple(wanted))])
`;

/** The library is the same for each version of Python, so any wheel will do. */
async function unpackWheel(work: string, wheel: string): Promise<string> {
  const folder = join(work, 'wheel');
  const unpacked = join(folder, 'unpacked');
  const kind = ['--no-deps', '--only-binary=:all:', '--python-version', '311'];
  const target = [...kind, '--platform', 'manylinux_2_17_x86_64', '-d', folder];
  await runTool('python3', ['-m', 'pip', 'download', '-q', ...target, `${wheel}==${TENSORFLOW}`], work);
  const file = readdirSync(folder).find((name) => name.endsWith('.whl'));
  if (file === undefined)
    throw installFailed(`pip fetched no wheel of ${wheel}.`, 'see whether pip can reach its index');
  await runTool('python3', ['-c', UNPACK, join(folder, file), unpacked, ...WANTED], work);
  return unpacked;
}

function placeLibraries(unpacked: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const name of ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2']) {
    renameSync(join(unpacked, 'tensorflow', name), join(folder, name));
  }
  // The name by which the package's own installer calls it.
  symlinkSync('libtensorflow_cc.so.2', join(folder, 'libtensorflow.so.2'));
}

async function compile(work: string, module: string, headers: string): Promise<void> {
  const own = join(dirname(dirname(process.execPath)), 'include/node');
  const hasOwn = existsSync(join(own, 'node_api.h'));
  if (!hasOwn) await npmInstall(work, 'node-api-headers@1');
  mkdirSync(join(module, 'lib/napi-v8'), { recursive: true });
  const args = [
    ...['-O2', '-std=c++17', '-fPIC', '-shared', '-DNAPI_VERSION=8'],
    ...[hasOwn ? own : join(work, 'node_modules/node-api-headers/include'), '.', headers].map((f) => `-I${f}`),
    ...['binding/tfjs_backend.cc', 'binding/tfjs_binding.cc', '-o', 'lib/napi-v8/tfjs_binding.node'],
    ...['-Ldeps/lib', '-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2'],
    '-Wl,-rpath,$ORIGIN/../../deps/lib',
  ];
  await runTool('g++', args, module);
}

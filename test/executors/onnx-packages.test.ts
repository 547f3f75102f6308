/** The two packages of ONNX Runtime: what is said when one is not there, and that sessions need nothing of Node. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { runInNewContext } from 'node:vm';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { missing } from '../../src/executors/onnx/load.ts';
import { nativePackage } from '../../src/executors/onnx/load-native.ts';
import { webPackage } from '../../src/executors/onnx/load-web.ts';
import { loopModel } from '../../src/executors/onnx/loop.ts';
import { VERSION } from '../../src/executors/onnx/runtime.ts';
import { inferencesOf, programOf } from '../helpers/inferences.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const manifest = JSON.parse(readFileSync(`${ROOT}/package.json`, 'utf8'));

describe('a package of ONNX Runtime', () => {
  it.each([nativePackage, webPackage])('is here: $name', async (runtime) => {
    expect(await missing(runtime)).toBeNull();
  });
  it('that is not installed is named with the command that installs it', async () => {
    expect(await missing({ ...webPackage, name: 'onnxruntime-nowhere' })).toBe(
      `The package onnxruntime-nowhere is not installed: run \`npm install onnxruntime-nowhere@${VERSION}\`.`,
    );
  });
  it('that does not load says why', async () => {
    const load = () => Promise.reject(new Error('a symbol is missing'));
    expect(await missing({ ...webPackage, load })).toBe(
      'The package onnxruntime-web is installed, but does not load (a symbol is missing).',
    );
  });
  it('has the version that the manifest asks for, in every list of it', () => {
    const { dependencies, devDependencies, peerDependencies, peerDependenciesMeta } = manifest;
    const asked = [
      dependencies['onnxruntime-node'],
      devDependencies['onnxruntime-web'],
      peerDependencies['onnxruntime-web'],
    ];
    expect(asked).toEqual([VERSION, VERSION, VERSION]);
    expect(peerDependenciesMeta['onnxruntime-web']).toEqual({ optional: true });
  });
});

/** What a page would load, as one text. The package itself stays outside, since pages serve it from files of its own. */
async function bundled(contents: string, format: 'esm' | 'iife') {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: `${ROOT}/src`, loader: 'ts' },
    ...{ format, globalName: 'page', outfile: 'page.js' },
    bundle: true,
    platform: 'browser',
    external: ['onnxruntime-web'],
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  return { text: outputFiles[0]!.text, imports: Object.values(metafile.outputs)[0]!.imports.map((i) => i.path) };
}

describe('in a browser', () => {
  it('a session needs nothing but its package, with the language and the runtime around it', async () => {
    const { imports } = await bundled(
      `
      export { sessionOf } from './executors/block.ts';
      export { webPackage } from './executors/onnx/load-web.ts';
      export { OnnxSession } from './executors/onnx/session.ts';
      export { loadSource, runPlan } from './runtime/index.ts';`,
      'esm',
    );
    expect(imports).toEqual(['onnxruntime-web']);
  });
  it('what looks for installed packages is not at home: bundling it fails', async () => {
    await expect(bundled("export { missing } from './executors/onnx/load.ts';", 'esm')).rejects.toThrow(
      '"node:module"',
    );
  });

  it('the model of a training is the same, byte by byte, and no global of Node is asked for', async () => {
    const [step] = inferencesOf(
      `data d = idx("d") { x: image[6, 6, 1]; y: class[3] }
network net { input image[6, 6, 1]; conv2d(4, 3); relu; max_pool(2); flatten; dense(3) }
model m { * ~ Normal(0, 1); y ~ Categorical(logits = net(x)) }
run on d { infer sgvb { epochs = 1, batch = 8 } }`,
      64,
    );
    const program = programOf(step!).step(8);
    const { text } = await bundled("export { loopModel } from './executors/onnx/loop.ts';", 'iife');
    // A context of its own has the language's globals alone; pages have these two beside.
    const page: { loopModel: typeof loopModel } = runInNewContext(`${text}; page`, { TextDecoder, TextEncoder });
    const [here, there] = [loopModel(program).bytes, page.loopModel(program).bytes];
    expect(here.length).toBeGreaterThan(1000);
    expect(Buffer.from(there).equals(here)).toBe(true);
  });
});

/** Imports as `loadSource` reads them: where files are looked for, what places are called, each file once. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { nodeHost } from '../../src/runtime/host-node.ts';
import { loadProgram } from '../../src/runtime/index.ts';

const DATA = 'data d = csv("t.csv") { x: real[2], columns = ["a", "b"]; y: real, column = "c" }\n';
const NETWORK = 'network net(width = 4) { input real[2]; dense(width); tanh; dense(1) }\n';
const MODEL = 'model m { * ~ Normal(0, 1); y ~ Normal(net(x), 1) }\n';
const RUN = 'run on d { infer map { epochs = 1, batch = 2 }; evaluate on train { rmse } }\n';
const TABLE = 'a,b,c\n1,2,3\n4,5,6\n7,8,9\n';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'bprune-imports-')));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function load(files: Readonly<Record<string, string>>) {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return loadProgram(nodeHost(), join(folder, 'main.bprune'), new Map());
}

const short = (text: string) => text.replaceAll(`${folder}/`, '');
const told = (loaded: Awaited<ReturnType<typeof load>>) =>
  loaded.diagnostics.map((d) => short(`${d.code} ${d.span?.source} ${d.message}`));
const names = (loaded: Awaited<ReturnType<typeof load>>) => loaded.imported.map((s) => short(s.name));

describe('imports', () => {
  it('join the program, their data lie beside them, their runs stay out', async () => {
    const loaded = await load({
      'main.bprune': `import "lib/all.bprune"\n${RUN}`,
      'lib/all.bprune': `import "parts/net.bprune"\n${DATA}${MODEL}run other on d { }\n`,
      'lib/parts/net.bprune': NETWORK,
      'lib/t.csv': TABLE,
    });
    expect(told(loaded)).toEqual([]);
    expect(loaded.checked.runs.map((r) => [r.name, r.data.span.source])).toEqual([
      ['run', join(folder, 'lib/all.bprune')],
    ]);
    expect(names(loaded)).toEqual(['lib/all.bprune', 'lib/parts/net.bprune']);
  });

  it.each([
    ['bprune:lenet-5', 'did you mean `bprune:lenet5`?'],
    ['bprune:zither', expect.stringMatching(/^with bprune come .*`bprune:lenet5`/)],
    ['bprune:', expect.stringMatching(/^with bprune come .*`bprune:lenet5`/)],
  ])('that do not exist, such as %s, are told what comes with bprune', async (path, hint) => {
    const { diagnostics } = await load({ 'main.bprune': `import "${path}"\n` });
    expect(diagnostics.map((d) => [d.code, d.hint])).toEqual([['BP2022', hint]]);
  });

  it('are read once, however many files import them', async () => {
    const loaded = await load({
      'main.bprune': `import "a.bprune"\nimport "b.bprune"\n${RUN}`,
      'a.bprune': `import "base.bprune"\n${MODEL}`,
      'b.bprune': `import "base.bprune"\n${DATA}`,
      'base.bprune': NETWORK,
      't.csv': TABLE,
    });
    expect(told(loaded)).toEqual([]);
    expect(names(loaded)).toEqual(['a.bprune', 'base.bprune', 'b.bprune']);
  });

  it('bring only what is needed: the files of other data are not looked at', async () => {
    const loaded = await load({
      'main.bprune': `import "all.bprune"\n${RUN}`,
      'all.bprune': `${DATA}${NETWORK}${MODEL}data far = csv("far.csv") { x: real }\nconst odd = 1 / 0\n`,
      't.csv': TABLE,
    });
    expect(told(loaded)).toEqual([]);
  });

  it('that are missing (BP2022) or go round (BP2023) are said where they stand, and nothing follows up', async () => {
    const missing = await load({ 'main.bprune': `import "nothing.bprune"\n${RUN}`, 't.csv': TABLE });
    expect(told(missing)).toEqual(['BP2022 main.bprune there is no `nothing.bprune` to import']);
    const round = await load({
      'main.bprune': `import "a.bprune"\n${RUN}`,
      'a.bprune': `import "main.bprune"\n${DATA}${NETWORK}${MODEL}`,
      't.csv': TABLE,
    });
    expect(told(round)).toEqual(['BP2023 a.bprune this file imports itself: main.bprune -> a.bprune -> main.bprune']);
  });
});

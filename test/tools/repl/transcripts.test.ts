/** Conversations with the REPL, line by line, beside what it answers. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { expectAccepted, filesBelow } from '../../helpers/golden.ts';
import { dataFolder, type Folder, replay } from './session.ts';

const TRANSCRIPTS = join(import.meta.dirname, 'transcripts');

let folder: Folder;
beforeAll(() => {
  folder = dataFolder();
  folder.write('models/fit.bprune', FIT);
  folder.write('models/line.csv', 'x,y\n1,2\n2,4\n3,7\n');
});
afterAll(() => folder.remove());

const FIT = `/// A straight line.
data points = csv("line.csv") {
  x: real[1], columns = ["x"]
  y: real
}
network line {
  input real[1]
  slope = dense(1)
}
model fit {
  slope.* ~ Normal(0, 1)
  y ~ Normal(line(x), 0.1)
}
run on points { infer sgvb { epochs = 1, batch = 3 } }
`;

describe('transcripts', () => {
  it.each(filesBelow(TRANSCRIPTS, '.txt'))('%s', async (file) => {
    const path = join(TRANSCRIPTS, file);
    expectAccepted(path, await replay(readFileSync(path, 'utf8'), folder.path));
  });
});

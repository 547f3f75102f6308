/** The README of an emitted project: what it does, how to run it, where the data must be. */
import type { EmitRequest } from '../emitted.ts';
import { projectName } from './package.ts';
import { titleOf } from './title.ts';

export function readme(request: EmitRequest): string {
  const { plan, source, seed } = request;
  const title = titleOf(source.text);
  const lines = [
    `# ${projectName(plan)}`,
    '',
    ...(title.length > 0 ? [...title, ''] : []),
    'A trainer in plain TensorFlow.js. It trains, prunes and evaluates:',
    '',
    '```',
    ...plan.steps.map((step) => step.text),
    '```',
    '',
    '## Run',
    '',
    'Node 20 or later.',
    '',
    '```sh',
    'npm ci && npm start',
    '```',
    '',
    ...dataLines(request),
    '',
    '| option | does |',
    '|---|---|',
    `| \`--seed N\` | another seed than ${seed} for start values, shuffles, noise and draws |`,
    '| `--data PATH` | the data, in place of the path in `trainer.js` |',
    '| `--backend cpu` | plain JavaScript in place of WebAssembly |',
    '| `--steps N` | ends each training after N steps: a quick trial |',
    '| `--losses FILE` | writes loss, nll and kl of each training step, for the whole data set |',
    '| `--out DIR` | where exports are written |',
    '',
    'Options stand after `--`: `npm start -- --steps 20`. The process ends with 6 when a requirement does not hold.',
    '',
    '## Files',
    '',
    '`trainer.js` is the program: data, network, model, a training loop for each `infer` step, then the run.',
    '`lib/` holds what does not depend on the program: keyed random numbers, readers, guides, metrics.',
  ];
  return `${lines.join('\n')}\n`;
}

function dataLines({ plan, inputs }: EmitRequest): string[] {
  const written = Object.values(plan.data.options).filter((v): v is string => typeof v === 'string' && v !== '');
  return written.map((path) => {
    if (path.startsWith('npm:'))
      return `The data, \`${path}\`, come with an npm package that is among the dependencies.`;
    if (inputs.files.some((file) => file.path === path.replace(/^\.\//, ''))) return `The data are in \`${path}\`.`;
    return `The data must be at \`${path}\`, seen from this folder, or be named: \`npm start -- --data PATH\`.`;
  });
}

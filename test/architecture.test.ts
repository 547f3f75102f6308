/** The walls of the house: who may import whom, where third-party packages and Node built-ins may stand, and no cycles. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { describe, expect, it } from 'vitest';

const SRC = resolve(import.meta.dirname, '../src');

/** Room -> rooms it may import. `language(types)` means `import type` only. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  base: [],
  language: ['base'],
  graph: ['base'],
  data: ['base'],
  model: ['base', 'graph', 'language(types)'],
  inference: ['base', 'graph', 'model', 'language(types)'],
  evaluation: ['base', 'graph', 'model', 'language(types)'],
  pruning: ['base', 'graph', 'model', 'language(types)'],
  executors: ['base', 'graph'],
  runtime: ['base', 'language', 'graph', 'data', 'model', 'inference', 'evaluation', 'pruning', 'executors'],
  emit: ['base', 'language', 'graph', 'data', 'model', 'inference', 'evaluation', 'pruning', 'executors', 'runtime'],
  tools: ['base', 'language', 'emit', 'runtime'],
};

/** Package -> folders that may import it. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  chevrotain: ['language/syntax'],
  mathjs: ['language/evaluate'],
  '@tensorflow': ['executors/tfjs'],
  'onnxruntime-node': ['executors/onnx/load-native', 'executors/onnx/runtime'],
  'onnxruntime-web': ['executors/onnx/load-web'],
  protobufjs: ['executors/onnx/model-proto', 'executors/tensorflow'],
  'csv-parse': ['data/readers'],
  'fast-png': ['data/readers/image-pixels'],
  'jpeg-js': ['data/readers/image-pixels'],
  commander: ['tools/cli'],
  'cli-progress': ['tools/cli'],
  esbuild: ['tools/dev'],
  // From sources, a thread needs the loader of TypeScript; in the bundle it does not.
  tsx: ['executors/remote'],
};

/** Where Node's own modules may be used; all else runs in a browser. */
const NODE_PLACES = [
  'runtime/host-node.ts',
  'tools/cli/',
  'tools/dev/',
  'executors/tfjs/load',
  'executors/native/load',
  'executors/onnx/load.ts',
  'executors/tensorflow/load',
  'executors/remote/load',
];

interface Import {
  readonly file: string;
  readonly target: string;
  readonly typeOnly: boolean;
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return sourceFiles(path);
    return path.endsWith('.ts') ? [path] : [];
  });
}

function importsOf(path: string): Import[] {
  const text = readFileSync(path, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
  const file = relative(SRC, path).split(sep).join('/');
  const found: Import[] = [];
  for (const m of text.matchAll(/^\s*(?:import|export)\s+(type\s+)?(?:([^'";]*?)\s+from\s+)?'([^']+)'/gm)) {
    found.push({ file, target: m[3]!, typeOnly: m[1] !== undefined || onlyTypes(m[2] ?? '') });
  }
  for (const m of text.matchAll(/\bimport\(\s*'([^']+)'\s*\)(\.\w+)?/g)) {
    found.push({ file, target: m[1]!, typeOnly: false });
  }
  return found;
}

/** `{ type A, type B }` imports nothing at run time. */
function onlyTypes(clause: string): boolean {
  const names = clause
    .match(/^\{([\s\S]*)\}$/)?.[1]
    ?.split(',')
    .map((n) => n.trim())
    .filter((n) => n !== '');
  return names !== undefined && names.length > 0 && names.every((n) => n.startsWith('type '));
}

const files = sourceFiles(SRC);
const imports = files.flatMap(importsOf);
const roomOf = (file: string) => file.split('/')[0]!;

function inner(i: Import): string | null {
  if (!i.target.startsWith('.')) return null;
  return relative(SRC, resolve(SRC, dirname(i.file), i.target))
    .split(sep)
    .join('/');
}

describe('the walls', () => {
  it('has only the rooms of the plan, each with a README that a stranger can read in a minute', () => {
    const rooms = readdirSync(SRC).filter((n) => statSync(join(SRC, n)).isDirectory());
    expect(rooms.sort()).toEqual(Object.keys(ARROWS).sort());
    for (const room of rooms) {
      const readme = join(SRC, room, 'README.md');
      expect(existsSync(readme), `${room} has no README`).toBe(true);
      expect(readFileSync(readme, 'utf8').split('\n').length, `${room}/README.md`).toBeLessThanOrEqual(61);
    }
  });

  it('stands in the map of the README, room by room', () => {
    const readme = readFileSync(resolve(SRC, '../README.md'), 'utf8');
    const map = readme.slice(readme.indexOf('src/\n'), readme.indexOf('test/ '));
    const rooms = [...map.matchAll(/^ {2}([a-z]+)\//gm)].map((m) => m[1]!);
    expect(rooms.sort()).toEqual(Object.keys(ARROWS).sort());
  });

  it('lets rooms import only along the arrows', () => {
    const wrong = imports.flatMap((i) => {
      const target = inner(i);
      if (target === null) return [];
      const from = roomOf(i.file);
      const to = roomOf(target);
      if (from === to || ARROWS[from] === undefined) return [];
      const allowed = ARROWS[from].includes(to) || (i.typeOnly && ARROWS[from].includes(`${to}(types)`));
      return allowed ? [] : [`${i.file} -> ${target}`];
    });
    expect(wrong).toEqual([]);
  });

  it('has no cycles of files at run time', () => {
    const graph = new Map<string, string[]>();
    for (const i of imports) {
      const target = inner(i);
      if (target !== null && !i.typeOnly) graph.set(i.file, [...(graph.get(i.file) ?? []), target]);
    }
    expect(findCycle(graph)).toBeNull();
  });

  it('keeps third-party packages in their rooms', () => {
    const wrong = imports.flatMap((i) => {
      if (i.target.startsWith('.') || isBuiltin(i.target)) return [];
      const name = Object.keys(PACKAGES).find((p) => i.target === p || i.target.startsWith(`${p}/`));
      const places = name === undefined ? [] : PACKAGES[name]!;
      return places.some((p) => i.file.startsWith(`${p}/`) || i.file === `${p}.ts`)
        ? []
        : [`${i.file} imports ${i.target}`];
    });
    expect(wrong).toEqual([]);
  });

  it('keeps Node built-ins at the edges', () => {
    const wrong = imports.filter((i) => isBuiltin(i.target) && !NODE_PLACES.some((p) => i.file.startsWith(p)));
    expect(wrong.map((i) => `${i.file} imports ${i.target}`)).toEqual([]);
  });

  it('takes nothing by default export and leaves no escape from the type system', () => {
    const wrong = files.flatMap((path) => {
      const text = readFileSync(path, 'utf8');
      return /^export default|@ts-ignore|@ts-expect-error|\bas any\b|: any\b/m.test(text) ? [relative(SRC, path)] : [];
    });
    expect(wrong).toEqual([]);
  });
});

function isBuiltin(target: string): boolean {
  return target.startsWith('node:') || builtinModules.includes(target);
}

function findCycle(graph: ReadonlyMap<string, readonly string[]>): string[] | null {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (node: string): string[] | null => {
    if (done.has(node)) return null;
    const at = path.indexOf(node);
    if (at >= 0) return [...path.slice(at), node];
    path.push(node);
    for (const next of graph.get(node) ?? []) {
      const cycle = visit(next);
      if (cycle !== null) return cycle;
    }
    path.pop();
    done.add(node);
    return null;
  };
  for (const node of graph.keys()) {
    const cycle = visit(node);
    if (cycle !== null) return cycle;
  }
  return null;
}

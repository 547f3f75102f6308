/** The hand-written part of every project: which files it has. Whoever emits reads them, since rooms do not touch the disk. */

const FILES = [
  'package-lock.json',
  ...[
    'arguments',
    'cifar10',
    'criteria',
    'csv',
    'data',
    'distributions',
    'divergence',
    'evaluate',
    'files',
    'functions',
    'guides',
    'idx',
    'layers',
    'metrics',
    'noise',
    'prune',
    'requirements',
    'safetensors',
    'streams',
    'tensorflow',
    'training',
    'weights',
    'windows',
  ].map((name) => `lib/${name}.js`),
];

/** The text of a file beside this module. */
export type TemplateReader = (place: URL) => Promise<string>;

/** Texts by path below the project's folder. */
export async function readTemplates(read: TemplateReader): Promise<ReadonlyMap<string, string>> {
  const folder = new URL('./template/', import.meta.url);
  const entries = FILES.map(async (path) => [path, await read(new URL(path, folder))] as const);
  return new Map(await Promise.all(entries));
}

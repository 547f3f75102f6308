/** `package.json` and its lock: pinned versions, found by the user's own registry. */
import type { DataPackage, EmitRequest } from '../emitted.ts';

interface Lock {
  readonly name: string;
  readonly version: string;
  readonly lockfileVersion: number;
  readonly requires: boolean;
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

interface LockedPackage {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

const LOCK = 'package-lock.json';

/** The two files, data packages among the dependencies. */
export function packageFiles({ plan, templates, inputs }: EmitRequest): [string, string][] {
  const lock = JSON.parse(templates.get(LOCK)!) as Lock;
  const { '': root, ...locked } = lock.packages;
  const needed = directPackages(plan.data.options, inputs.packages);
  const dependencies = sorted({
    ...root?.dependencies,
    ...Object.fromEntries(needed.map(({ name, version }) => [name, version])),
  });
  const name = projectName(plan);
  const manifest = {
    name,
    version: '1.0.0',
    private: true,
    type: 'module',
    scripts: { start: 'node trainer.js' },
    engines: { node: '>=20.9' },
    dependencies,
  };
  const packages = sorted({ ...locked, ...Object.fromEntries(inputs.packages.map(lockedData)) });
  const { version, engines } = manifest;
  const whole = { ...lock, name, version, packages: { '': { name, version, dependencies, engines }, ...packages } };
  return [
    ['package.json', toText(manifest)],
    [LOCK, toText(whole)],
  ];
}

/** `mnist-run`: the data and the run, as npm likes names. */
export function projectName(plan: EmitRequest['plan']): string {
  const plain = `${plan.data.name}-${plan.name}`.toLowerCase().replace(/[^a-z0-9-]+/g, '-');
  return plain.replace(/^-+|-+$/g, '');
}

/** Those that the program names itself. */
function directPackages(options: EmitRequest['plan']['data']['options'], packages: readonly DataPackage[]) {
  const written = Object.values(options).map(String);
  return packages.filter(({ name }) => written.some((w) => w === `npm:${name}` || w.startsWith(`npm:${name}/`)));
}

function lockedData({ name, version, dependencies }: DataPackage): [string, LockedPackage] {
  const some = Object.keys(dependencies).length > 0;
  return [`node_modules/${name}`, { version, ...(some ? { dependencies } : {}) }];
}

function sorted<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function toText(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

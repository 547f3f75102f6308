/** What an emitted project needs of the data beside the program: versions of npm packages, and files small enough to travel. */
import type { FileAccess } from '../base/data.ts';
import { type Diagnostic, diagnostic } from '../base/diagnostic.ts';
import type { RunPlan } from '../language/check/checked.ts';
import type { DataPackage, EmittedFile, ProjectInputs } from './emitted.ts';

/** Larger files stay where they are; the project's README says how to name them. */
const LARGEST_COPY = 4_000_000;

const NPM = /^npm:((?:@[^/]+\/)?[^/]+)/;

/** Reads them by `files`, as seen from the program at `from`. */
export async function gatherInputs(
  plan: RunPlan,
  files: FileAccess,
  from: string,
): Promise<{ readonly inputs: ProjectInputs; readonly diagnostics: readonly Diagnostic[] }> {
  const packages = new Map<string, DataPackage>();
  const copies: EmittedFile[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const written of writtenPaths(plan)) {
    const name = NPM.exec(written)?.[1];
    if (name === undefined) copies.push(...(await smallFile(written, files, from)));
    else if (!(await addPackage(name, packages, files, from))) {
      const message = `the npm package \`${name}\` is not installed, so its version is not known`;
      const hint = `\`npm install ${name}\` puts it there`;
      diagnostics.push(diagnostic('BP8502', plan.data.readerSpan, message, { hint }));
    }
  }
  return { inputs: { packages: [...packages.values()], files: copies }, diagnostics };
}

/** The paths that the reader call names: those of its options that are texts. */
function writtenPaths(plan: RunPlan): readonly string[] {
  return Object.values(plan.data.options).filter((value): value is string => typeof value === 'string' && value !== '');
}

/** A file below the program's folder; directories and what is elsewhere do not travel. */
async function smallFile(written: string, files: FileAccess, from: string): Promise<readonly EmittedFile[]> {
  const parts = written.split('/').filter((part) => part !== '.');
  if (written.startsWith('/') || parts.includes('..') || /^[a-z]+:/i.test(written)) return [];
  const path = await files.locate(written, from);
  if (path === null || (await files.isDirectory(path)) || (await files.size(path)) > LARGEST_COPY) return [];
  return [{ path: parts.join('/'), content: await files.read(path) }];
}

/** The package and all that it depends on; false when it is not installed. */
async function addPackage(
  name: string,
  known: Map<string, DataPackage>,
  files: FileAccess,
  from: string,
): Promise<boolean> {
  if (known.has(name)) return true;
  const path = await files.locate(`npm:${name}/package.json`, from);
  if (path === null) return false;
  const manifest = JSON.parse(new TextDecoder().decode(await files.read(path))) as Partial<DataPackage>;
  if (typeof manifest.version !== 'string') return false;
  const dependencies = manifest.dependencies ?? {};
  known.set(name, { name, version: manifest.version, dependencies });
  for (const dependency of Object.keys(dependencies)) {
    if (!(await addPackage(dependency, known, files, from))) return false;
  }
  return true;
}

/** What an emitter takes and gives. Emitters are pure: files that they need are handed to them, files that they make are returned. */
import type { Diagnostic } from '../base/diagnostic.ts';
import type { Source } from '../base/span.ts';
import type { RunPlan } from '../language/check/checked.ts';

export interface EmittedFile {
  /** Below the project's folder, with `/`. */
  readonly path: string;
  readonly content: string | Uint8Array;
}

/** An npm package that holds data, with what it depends on. */
export interface DataPackage {
  readonly name: string;
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

/** What is known of the program's data: see `gatherInputs`. */
export interface ProjectInputs {
  /** Packages that the data are read from, and theirs. */
  readonly packages: readonly DataPackage[];
  /** Small files that travel with the project, under the path that the program writes. */
  readonly files: readonly EmittedFile[];
}

export interface EmitRequest {
  readonly plan: RunPlan;
  readonly source: Source;
  readonly seed: number;
  /** Texts of the hand-written part, by path below the project's folder. */
  readonly templates: ReadonlyMap<string, string>;
  readonly inputs: ProjectInputs;
}

export type Emission =
  | { readonly ok: true; readonly files: readonly EmittedFile[] }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

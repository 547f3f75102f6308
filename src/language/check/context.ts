/** What every part of the checker sees: the catalogue, what the data files say, the declarations, and where to report. */
import type { Catalogue, DistributionSignature } from '../../base/catalogue.ts';
import type { DataFacts } from '../../base/data.ts';
import type { Expr } from '../../base/expr.ts';
import type { Span } from '../../base/span.ts';
import type { Declaration, Program } from '../syntax/ast.ts';
import type { CheckedDensity } from './checked.ts';
import { isDamaged } from './consequences.ts';
import { collectDeclarations, type Declarations } from './declarations.ts';
import { liveDeclarations } from './live.ts';
import { Report } from './report.ts';

export interface CheckInputs {
  readonly catalogue: Catalogue;
  /** By the name of the data declaration; one that is missing was reported by whoever read the files. */
  readonly facts: ReadonlyMap<string, DataFacts>;
  /** `--set name=value`, by name. */
  readonly overrides: ReadonlyMap<string, Expr>;
}

export class Context {
  readonly program: Program;
  readonly catalogue: Catalogue;
  readonly facts: ReadonlyMap<string, DataFacts>;
  readonly overrides: ReadonlyMap<string, Expr>;
  readonly report = new Report();
  readonly declarations: Declarations;
  /** The program's own declarations, and what it needs of its imports. */
  readonly live: ReadonlySet<Declaration>;
  /** Closed values of constants; `open` while one is being worked out, so that a cycle is seen. */
  readonly constants = new Map<string, Expr | 'open'>();
  /** Definitions whose circle was reported. */
  readonly circles = new Set<object>();
  /** Densities of the program's own; null for one that is wrong. */
  readonly densities = new Map<string, CheckedDensity | null>();
  /** Declarations that something stands on, also where their name was left out. */
  readonly used = new Set<object>();

  constructor(program: Program, inputs: CheckInputs) {
    this.program = program;
    this.catalogue = inputs.catalogue;
    this.facts = inputs.facts;
    this.overrides = inputs.overrides;
    this.live = liveDeclarations(program);
    this.declarations = collectDeclarations(program, inputs.catalogue, this.report);
  }

  /** The record of a distribution of the language, or of a density of the program's own that is right. */
  distribution(name: string): DistributionSignature | undefined {
    return this.catalogue.distributions.get(name) ?? this.densities.get(name)?.signature;
  }

  /** The record that a call means: with arguments a name may stand for another one than alone. */
  called(name: string, args: readonly unknown[]): DistributionSignature | undefined {
    const record = this.distribution(name);
    const other = args.length === 0 ? undefined : record?.withArguments;
    return other === undefined ? record : this.distribution(other);
  }

  /** Also of densities that are wrong, or not looked at yet. */
  isDistribution(name: string): boolean {
    return this.catalogue.distributions.has(name) || this.declarations.densities.has(name);
  }

  /** False when lines of it could not be read: names that are missing may have been declared there, and shapes would be guesses. */
  isWhole({ span }: { readonly span: Span }): boolean {
    return !isDamaged(this.program, span);
  }
}

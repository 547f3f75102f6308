/** Who declares which name. A file has one space of names, in which order does not matter. */
import type { Catalogue } from '../../base/catalogue.ts';
import { joinSpans, type Span } from '../../base/span.ts';
import type {
  BlockDeclaration,
  ConstDeclaration,
  CriterionDeclaration,
  DataDeclaration,
  Declaration,
  DefDeclaration,
  DensityDeclaration,
  GuideDeclaration,
  Identifier,
  ModelDeclaration,
  NetworkDeclaration,
  Program,
  RunDeclaration,
  StepsDeclaration,
} from '../syntax/ast.ts';
import type { Report } from './report.ts';

/** Names that the language itself gives a meaning in expressions. */
export const KNOWN_WHILE_TRAINING: readonly string[] = ['epoch', 'step'];
export const ROW_COUNT = 'N';

export interface Declarations {
  readonly consts: ReadonlyMap<string, ConstDeclaration>;
  readonly defs: ReadonlyMap<string, DefDeclaration>;
  readonly data: ReadonlyMap<string, DataDeclaration>;
  readonly networks: ReadonlyMap<string, NetworkDeclaration>;
  readonly blocks: ReadonlyMap<string, BlockDeclaration>;
  readonly models: readonly ModelDeclaration[];
  readonly guides: readonly GuideDeclaration[];
  readonly runs: readonly RunDeclaration[];
  readonly densities: ReadonlyMap<string, DensityDeclaration>;
  readonly criteria: ReadonlyMap<string, CriterionDeclaration>;
  readonly steps: ReadonlyMap<string, StepsDeclaration>;
  /** True when a declaration could not be read: a name that is missing may have been in it. */
  readonly incomplete: boolean;
}

interface Tables {
  readonly consts: Map<string, ConstDeclaration>;
  readonly defs: Map<string, DefDeclaration>;
  readonly data: Map<string, DataDeclaration>;
  readonly networks: Map<string, NetworkDeclaration>;
  readonly blocks: Map<string, BlockDeclaration>;
  readonly models: ModelDeclaration[];
  readonly guides: GuideDeclaration[];
  readonly runs: RunDeclaration[];
  readonly densities: Map<string, DensityDeclaration>;
  readonly criteria: Map<string, CriterionDeclaration>;
  readonly steps: Map<string, StepsDeclaration>;
}

export function collectDeclarations(program: Program, catalogue: Catalogue, report: Report): Declarations {
  const tables: Tables = {
    ...{ consts: new Map(), defs: new Map(), data: new Map(), networks: new Map(), blocks: new Map() },
    ...{ models: [], guides: [], runs: [], densities: new Map(), criteria: new Map(), steps: new Map() },
  };
  const first = new Map<string, Identifier>();
  let incomplete = false;
  for (const declaration of program.declarations) {
    if (declaration.kind === 'error') {
      incomplete = true;
      continue;
    }
    if (declaration.name !== null && !isNew(declaration.name, declaration.kind, first, catalogue, report)) continue;
    enter(declaration, tables);
  }
  return { ...tables, incomplete };
}

/** False for the second declaration of a name, which is left out. */
function isNew(
  name: Identifier,
  kind: Declaration['kind'],
  first: Map<string, Identifier>,
  catalogue: Catalogue,
  report: Report,
): boolean {
  const earlier = first.get(name.name);
  if (earlier !== undefined) {
    report.say('BP2002', name.span, `\`${name.name}\` is declared twice`, {
      labels: [{ span: earlier.span, message: 'declared here first' }],
      hint: 'give one of the two another name',
    });
    return false;
  }
  first.set(name.name, name);
  const taken = meaningOf(name.name, kind, catalogue);
  if (taken !== null) {
    report.say('BP2006', name.span, `\`${name.name}\` is already the name of ${taken}`, {
      hint: `choose another name, such as \`my_${name.name}\``,
    });
  }
  return true;
}

function meaningOf(name: string, kind: Declaration['kind'], catalogue: Catalogue): string | null {
  if (KNOWN_WHILE_TRAINING.includes(name)) return 'a quantity that counts while training';
  if (name === ROW_COUNT) return 'the number of training rows';
  if (catalogue.functions.has(name)) return 'a function of the language';
  if (kind === 'block' && catalogue.layers.has(name)) return 'a kind of layer';
  if (catalogue.distributions.has(name)) return 'a distribution';
  return null;
}

function enter(declaration: Exclude<Declaration, { kind: 'error' }>, tables: Tables): void {
  switch (declaration.kind) {
    case 'const':
      tables.consts.set(declaration.name.name, declaration);
      break;
    case 'def':
      tables.defs.set(declaration.name.name, declaration);
      break;
    case 'data':
      tables.data.set(declaration.name.name, declaration);
      break;
    case 'network':
      tables.networks.set(declaration.name.name, declaration);
      break;
    case 'block':
      tables.blocks.set(declaration.name.name, declaration);
      break;
    case 'model':
      tables.models.push(declaration);
      break;
    case 'guide':
      tables.guides.push(declaration);
      break;
    case 'run':
      tables.runs.push(declaration);
      break;
    case 'density':
      tables.densities.set(declaration.name.name, declaration);
      break;
    case 'criterion':
      tables.criteria.set(declaration.name.name, declaration);
      break;
    case 'steps':
      tables.steps.set(declaration.name.name, declaration);
      break;
    case 'import':
      break;
  }
}

/** What a name is, for messages; null when nobody declares it. */
export function kindOf(name: string, declarations: Declarations): string | null {
  if (declarations.consts.has(name)) return 'a constant';
  if (declarations.defs.has(name)) return 'a function';
  if (declarations.data.has(name)) return 'a data set';
  if (declarations.networks.has(name)) return 'a network';
  if (declarations.blocks.has(name)) return 'a block';
  if (declarations.models.some((m) => m.name?.name === name)) return 'a model';
  if (declarations.guides.some((g) => g.name?.name === name)) return 'a guide';
  if (declarations.densities.has(name)) return 'a density';
  if (declarations.criteria.has(name)) return 'a criterion';
  if (declarations.steps.has(name)) return 'named steps';
  if (declarations.runs.some((r) => r.name?.name === name)) return 'a run';
  return null;
}

/** The place of a declaration's head: its first word and name, without the body. */
export function headOf(declaration: { readonly name: Identifier | null; readonly span: Span }): Span {
  const { name, span } = declaration;
  if (name !== null) return joinSpans({ ...span, end: span.start }, name.span);
  return { ...span, end: Math.min(span.end, span.start + 5) };
}

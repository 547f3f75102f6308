/**
 * The grammar of bprune: one rule per construct, LL(2). The rules of a file are here, those of its declarations in `rules`,
 * each class standing on the one before it. Rule names end in a noun because those of the parser's own methods
 * (`or`, `option`, `many` ...) break its recording phase.
 */
import { EOF } from 'chevrotain';
import { RunRules } from './rules/runs.ts';
import { keyword, T } from './tokens.ts';

export class BpruneParser extends RunRules {
  constructor(validated: boolean) {
    super(validated);
    this.performSelfAnalysis();
  }

  readonly program = this.RULE('program', () => {
    this.MANY_SEP({ SEP: T.Sep, DEF: () => this.SUBRULE(this.declaration) });
    this.CONSUME(EOF);
  });

  readonly loneExpression = this.RULE('loneExpression', () => {
    this.SUBRULE(this.expression);
    this.CONSUME(EOF);
  });

  private readonly declarations = [
    { ALT: () => this.SUBRULE(this.brokenStatement) },
    { ALT: () => this.SUBRULE(this.importDeclaration) },
    { ALT: () => this.SUBRULE(this.constDeclaration) },
    { ALT: () => this.SUBRULE(this.defDeclaration) },
    { ALT: () => this.SUBRULE(this.dataDeclaration) },
    { ALT: () => this.SUBRULE(this.networkDeclaration) },
    { ALT: () => this.SUBRULE(this.blockDeclaration) },
    { ALT: () => this.SUBRULE(this.densityDeclaration) },
    { ALT: () => this.SUBRULE(this.criterionDeclaration) },
    { ALT: () => this.SUBRULE(this.modelDeclaration) },
    { ALT: () => this.SUBRULE(this.guideDeclaration) },
    { ALT: () => this.SUBRULE(this.stepsDeclaration) },
    { ALT: () => this.SUBRULE(this.runDeclaration) },
  ];

  readonly declaration = this.RULE('declaration', () => {
    this.OR(this.declarations);
  });

  readonly importDeclaration = this.RULE('importDeclaration', () => {
    this.CONSUME(keyword('import'));
    this.CONSUME(T.Text);
  });

  readonly constDeclaration = this.RULE('constDeclaration', () => {
    this.CONSUME(keyword('const'));
    this.AT_LEAST_ONE_SEP({ SEP: T.Comma, DEF: () => this.SUBRULE(this.constBinding) });
  });

  readonly constBinding = this.RULE('constBinding', () => {
    this.CONSUME(T.Ident);
    this.CONSUME(T.Eq);
    this.SUBRULE(this.expression);
  });

  readonly defDeclaration = this.RULE('defDeclaration', () => {
    this.CONSUME(keyword('def'));
    this.CONSUME(T.Ident);
    this.OPTION(() => this.SUBRULE(this.parameterList));
    this.CONSUME(T.Eq);
    this.SUBRULE(this.expression);
  });
}

let shared: BpruneParser | undefined;

/** The one parser, made when it is first needed: its analysis takes some 30 ms. */
export function parser(): BpruneParser {
  shared ??= new BpruneParser(false);
  return shared;
}

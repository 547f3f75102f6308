/** Models, guides, and what is declared for them: densities and criteria. */
import { keyword, T } from '../tokens.ts';
import { NetworkRules } from './networks.ts';

export class ModelRules extends NetworkRules {
  readonly modelDeclaration = this.RULE('modelDeclaration', () => {
    this.CONSUME(keyword('model'));
    this.OPTION(() => this.CONSUME(T.Ident));
    this.OPTION1(() => this.SUBRULE(this.parameterList));
    this.OPTION2(() => {
      this.CONSUME(keyword('extends'));
      this.SUBRULE(this.expression);
    });
    this.SUBRULE(this.modelBody);
  });

  readonly guideDeclaration = this.RULE('guideDeclaration', () => {
    this.CONSUME(keyword('guide'));
    this.OPTION(() => this.CONSUME(T.Ident, { LABEL: 'name' }));
    this.OPTION1(() => {
      this.CONSUME(keyword('for'));
      this.CONSUME1(T.Ident, { LABEL: 'model' });
    });
    this.SUBRULE(this.modelBody);
  });

  readonly modelBody = this.RULE('modelBody', () => {
    this.CONSUME(T.LBrace);
    this.MANY_SEP({ SEP: T.Sep, DEF: () => this.SUBRULE(this.modelLine) });
    this.CONSUME(T.RBrace);
  });

  private readonly modelLines = [
    { ALT: () => this.SUBRULE(this.brokenStatement) },
    { ALT: () => this.SUBRULE(this.gateLine) },
    { ALT: () => this.SUBRULE(this.paramLine) },
    { ALT: () => this.SUBRULE(this.factorLine) },
    { ALT: () => this.SUBRULE(this.siteLine) },
  ];

  readonly modelLine = this.RULE('modelLine', () => {
    this.OR(this.modelLines);
  });

  /** `gate fc1.unit with z`. */
  readonly gateLine = this.RULE('gateLine', () => {
    this.CONSUME(keyword('gate'));
    this.SUBRULE(this.selectorList);
    this.CONSUME(keyword('with'));
    this.SUBRULE(this.expression);
  });

  /** `param lambda[conv*.column] = 0 in [0, inf)`. */
  readonly paramLine = this.RULE('paramLine', () => {
    this.CONSUME(keyword('param'));
    this.CONSUME(T.Ident);
    this.OPTION(() => this.SUBRULE(this.selectorIndices));
    this.CONSUME(T.Eq);
    this.SUBRULE(this.expression);
    this.OPTION1(() => {
      this.CONSUME(keyword('in'));
      this.SUBRULE(this.interval);
    });
  });

  /** A square bracket holds its end, a round one leaves it out. */
  readonly interval = this.RULE('interval', () => {
    this.OR([
      { ALT: () => this.CONSUME(T.LBracket, { LABEL: 'open' }) },
      { ALT: () => this.CONSUME(T.LParen, { LABEL: 'open' }) },
    ]);
    this.SUBRULE(this.expression);
    this.CONSUME(T.Comma);
    this.SUBRULE1(this.expression);
    this.OR1([
      { ALT: () => this.CONSUME(T.RBracket, { LABEL: 'close' }) },
      { ALT: () => this.CONSUME(T.RParen, { LABEL: 'close' }) },
    ]);
  });

  readonly factorLine = this.RULE('factorLine', () => {
    this.CONSUME(keyword('factor'));
    this.SUBRULE(this.expression);
  });

  readonly siteLine = this.RULE('siteLine', () => {
    this.OPTION(() => this.CONSUME(keyword('override')));
    this.SUBRULE(this.selectorList);
    this.OR([{ ALT: () => this.SUBRULE(this.siteDistribution) }, { ALT: () => this.SUBRULE(this.derivedQuantity) }]);
  });

  readonly siteDistribution = this.RULE('siteDistribution', () => {
    this.CONSUME(T.Tilde);
    this.SUBRULE(this.expression);
    this.OPTION(() => {
      this.CONSUME(keyword('per'));
      this.CONSUME(T.Ident);
    });
  });

  readonly derivedQuantity = this.RULE('derivedQuantity', () => {
    this.CONSUME(T.Eq);
    this.SUBRULE(this.expression);
  });

  // ---- densities and criteria

  /** `density Hyperbolic(x | s) { log = ..., support = real }`. */
  readonly densityDeclaration = this.RULE('densityDeclaration', () => {
    this.CONSUME(keyword('density'));
    this.CONSUME(T.Ident);
    this.CONSUME(T.LParen);
    this.CONSUME1(T.Ident, { LABEL: 'variable' });
    this.OPTION(() => {
      this.CONSUME(T.Bar);
      this.AT_LEAST_ONE_SEP({ SEP: T.Comma, DEF: () => this.SUBRULE(this.parameter) });
    });
    this.CONSUME(T.RParen);
    this.SUBRULE(this.termsBody);
  });

  /** `criterion robust = ...`, or with locals, a score and perhaps a bound in braces. */
  readonly criterionDeclaration = this.RULE('criterionDeclaration', () => {
    this.CONSUME(keyword('criterion'));
    this.CONSUME(T.Ident);
    this.OPTION(() => this.SUBRULE(this.parameterList));
    this.OR([
      {
        ALT: () => {
          this.CONSUME(T.Eq);
          this.SUBRULE(this.expression);
        },
      },
      { ALT: () => this.SUBRULE(this.termsBody) },
    ]);
  });

  readonly termsBody = this.RULE('termsBody', () => {
    this.CONSUME(T.LBrace);
    this.MANY_SEP({ SEP: T.Sep, DEF: () => this.SUBRULE(this.termsLine) });
    this.CONSUME(T.RBrace);
  });

  readonly termsLine = this.RULE('termsLine', () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.brokenStatement) },
      { ALT: () => this.AT_LEAST_ONE_SEP({ SEP: T.Comma, DEF: () => this.SUBRULE(this.term) }) },
    ]);
  });

  readonly term = this.RULE('term', () => {
    this.CONSUME(T.Ident);
    this.CONSUME(T.Eq);
    this.SUBRULE(this.expression);
  });
}

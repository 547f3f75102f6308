/** Data, networks and blocks. A rule that decides between kinds of line takes the default last, so that a mistake is raised inside the rule at the right token. */
import { keyword, T } from '../tokens.ts';
import { ExpressionRules } from './expressions.ts';

export class NetworkRules extends ExpressionRules {
  readonly dataDeclaration = this.RULE('dataDeclaration', () => {
    this.CONSUME(keyword('data'));
    this.CONSUME(T.Ident);
    this.OPTION(() => this.SUBRULE(this.parameterList));
    this.CONSUME(T.Eq);
    this.SUBRULE(this.expression);
    this.SUBRULE(this.dataBody);
  });

  readonly dataBody = this.RULE('dataBody', () => {
    this.CONSUME(T.LBrace);
    this.MANY_SEP({ SEP: T.Sep, DEF: () => this.SUBRULE(this.dataLine) });
    this.CONSUME(T.RBrace);
  });

  readonly dataLine = this.RULE('dataLine', () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.brokenStatement) },
      {
        ALT: () => {
          this.CONSUME(T.Ident);
          this.OR1([{ ALT: () => this.SUBRULE(this.derivedColumn) }, { ALT: () => this.SUBRULE(this.columnType) }]);
        },
      },
    ]);
  });

  readonly derivedColumn = this.RULE('derivedColumn', () => {
    this.CONSUME(T.Eq);
    this.SUBRULE(this.expression);
  });

  readonly columnType = this.RULE('columnType', () => {
    this.CONSUME(T.Colon);
    this.SUBRULE(this.typeName);
    this.MANY(() => {
      this.CONSUME(T.Comma);
      this.SUBRULE(this.columnSetting);
    });
    this.OPTION(() => {
      this.CONSUME(T.Tilde);
      this.SUBRULE(this.expression);
    });
  });

  readonly columnSetting = this.RULE('columnSetting', () => {
    this.CONSUME(T.Ident);
    this.OPTION(() => {
      this.CONSUME(T.Eq);
      this.SUBRULE(this.expression);
    });
  });

  // ---- networks

  readonly networkDeclaration = this.RULE('networkDeclaration', () => {
    this.CONSUME(keyword('network'));
    this.CONSUME(T.Ident);
    this.OPTION(() => this.SUBRULE(this.parameterList));
    this.SUBRULE(this.networkBody);
  });

  readonly blockDeclaration = this.RULE('blockDeclaration', () => {
    this.CONSUME(keyword('block'));
    this.CONSUME(T.Ident);
    this.OPTION(() => this.SUBRULE(this.parameterList));
    this.SUBRULE(this.networkBody);
  });

  readonly networkBody = this.RULE('networkBody', () => {
    this.CONSUME(T.LBrace);
    this.MANY_SEP({ SEP: T.Sep, DEF: () => this.SUBRULE(this.networkLine) });
    this.CONSUME(T.RBrace);
  });

  private readonly networkLines = [
    { ALT: () => this.SUBRULE(this.brokenStatement) },
    { ALT: () => this.SUBRULE(this.inputLine) },
    { ALT: () => this.SUBRULE(this.forLines) },
    { ALT: () => this.SUBRULE(this.ifLines) },
    { ALT: () => this.SUBRULE(this.layerLine) },
  ];

  readonly networkLine = this.RULE('networkLine', () => {
    this.OR(this.networkLines);
  });

  readonly inputLine = this.RULE('inputLine', () => {
    this.CONSUME(keyword('input'));
    this.SUBRULE(this.typeName);
  });

  readonly forLines = this.RULE('forLines', () => {
    this.CONSUME(keyword('for'));
    this.CONSUME(T.Ident);
    this.CONSUME(keyword('in'));
    this.SUBRULE(this.expression);
    this.SUBRULE(this.networkBody);
  });

  readonly ifLines = this.RULE('ifLines', () => {
    this.CONSUME(keyword('if'));
    this.SUBRULE(this.expression);
    this.SUBRULE(this.networkBody, { LABEL: 'chosen' });
    this.OPTION(() => {
      this.CONSUME(keyword('else'));
      this.OR([
        { ALT: () => this.SUBRULE(this.ifLines) },
        { ALT: () => this.SUBRULE1(this.networkBody, { LABEL: 'otherwise' }) },
      ]);
    });
  });

  readonly layerLine = this.RULE('layerLine', () => {
    this.OPTION(() => {
      this.CONSUME(T.Ident, { LABEL: 'name' });
      this.CONSUME(T.Eq);
    });
    this.CONSUME1(T.Ident, { LABEL: 'layer' });
    this.OPTION1(() => this.SUBRULE(this.argumentList));
    this.OPTION2(() => {
      this.CONSUME(keyword('from'));
      this.CONSUME2(T.Ident, { LABEL: 'from' });
    });
  });
}

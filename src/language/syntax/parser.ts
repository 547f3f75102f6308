/**
 * The grammar of bprune: one rule per construct, LL(2). Expressions are flat here; `to-expr.ts` gives operators their strength.
 * Rule names end in a noun because those of the parser's own methods (`or`, `option`, `many` ...) break its recording phase.
 * A rule that decides between kinds of line takes the default last, so that a mistake is raised inside the rule at the right token.
 */
import { CstParser, EOF, type IParserErrorMessageProvider, type TokenType } from 'chevrotain';
import { ALL_TOKENS, keyword, T } from './tokens.ts';

/** What a parser error carries as its message: the names of the token types that could stand there. */
export const expectedNames: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected }) => expected.name,
  buildNotAllInputParsedMessage: () => EOF.name,
  buildNoViableAltMessage: ({ expectedPathsPerAlt }) => firstNames(expectedPathsPerAlt.flat()),
  buildEarlyExitMessage: ({ expectedIterationPaths }) => firstNames(expectedIterationPaths),
};

function firstNames(paths: readonly (readonly TokenType[])[]): string {
  return [...new Set(paths.flatMap((path) => (path[0] === undefined ? [] : [path[0].name])))].join(' ');
}

const BINARY_OPERATORS: readonly TokenType[] = [
  ...[keyword('or'), keyword('and'), T.Le, T.Ge, T.Lt, T.Gt, T.EqEq, T.Ne],
  ...[T.DotDot, T.Plus, T.Minus, T.Star, T.Slash, T.Caret],
];

export class BpruneParser extends CstParser {
  constructor() {
    super(ALL_TOKENS, {
      // Broken statements are taken out by `isolate.ts` instead.
      recoveryEnabled: false,
      nodeLocationTracking: 'full',
      maxLookahead: 2,
      errorMessageProvider: expectedNames,
    });
    this.performSelfAnalysis();
  }

  // ---- the file

  readonly program = this.RULE('program', () => {
    this.MANY_SEP({ SEP: T.Sep, DEF: () => this.SUBRULE(this.declaration) });
    this.CONSUME(EOF);
  });

  readonly loneExpression = this.RULE('loneExpression', () => {
    this.SUBRULE(this.expression);
    this.CONSUME(EOF);
  });

  readonly declaration = this.RULE('declaration', () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.constDeclaration) },
      { ALT: () => this.SUBRULE(this.defDeclaration) },
      { ALT: () => this.SUBRULE(this.dataDeclaration) },
      { ALT: () => this.SUBRULE(this.networkDeclaration) },
      { ALT: () => this.SUBRULE(this.blockDeclaration) },
      { ALT: () => this.SUBRULE(this.modelDeclaration) },
      { ALT: () => this.SUBRULE(this.guideDeclaration) },
      { ALT: () => this.SUBRULE(this.runDeclaration) },
      { ALT: () => this.SUBRULE(this.skippedStatement) },
    ]);
  });

  /** A statement of a later version, or one that the layout pass has reported. */
  readonly skippedStatement = this.RULE('skippedStatement', () => {
    this.OR([{ ALT: () => this.CONSUME(T.Later) }, { ALT: () => this.CONSUME(T.Broken) }]);
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

  readonly parameterList = this.RULE('parameterList', () => {
    this.CONSUME(T.LParen);
    this.MANY_SEP({ SEP: T.Comma, DEF: () => this.SUBRULE(this.parameter) });
    this.CONSUME(T.RParen);
  });

  readonly parameter = this.RULE('parameter', () => {
    this.CONSUME(T.Ident);
    this.OPTION(() => {
      this.CONSUME(T.Eq);
      this.SUBRULE(this.expression);
    });
  });

  // ---- data

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
      { ALT: () => this.SUBRULE(this.skippedStatement) },
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

  readonly typeName = this.RULE('typeName', () => {
    this.CONSUME(T.Ident);
    this.OPTION(() => {
      this.CONSUME(T.LBracket);
      this.AT_LEAST_ONE_SEP({ SEP: T.Comma, DEF: () => this.SUBRULE(this.expression) });
      this.CONSUME(T.RBracket);
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

  readonly networkLine = this.RULE('networkLine', () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.skippedStatement) },
      { ALT: () => this.SUBRULE(this.inputLine) },
      { ALT: () => this.SUBRULE(this.forLines) },
      { ALT: () => this.SUBRULE(this.ifLines) },
      { ALT: () => this.SUBRULE(this.layerLine) },
    ]);
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

  // ---- models and guides

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

  readonly modelLine = this.RULE('modelLine', () => {
    this.OR([{ ALT: () => this.SUBRULE(this.skippedStatement) }, { ALT: () => this.SUBRULE(this.siteLine) }]);
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

  // ---- selectors

  readonly selectorList = this.RULE('selectorList', () => {
    this.AT_LEAST_ONE_SEP({ SEP: T.Comma, DEF: () => this.SUBRULE(this.selector, { LABEL: 'include' }) });
    this.OPTION(() => {
      this.CONSUME(keyword('except'));
      this.AT_LEAST_ONE_SEP1({ SEP: T.Comma, DEF: () => this.SUBRULE1(this.selector, { LABEL: 'except' }) });
    });
  });

  readonly selector = this.RULE('selector', () => {
    this.SUBRULE(this.selectorSegment);
    this.MANY(() => {
      this.CONSUME(T.Dot);
      this.SUBRULE1(this.selectorSegment);
    });
  });

  readonly selectorSegment = this.RULE('selectorSegment', () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(T.Ident);
          // `fc*`: the star belongs to the name only when it touches it.
          this.OPTION({
            GATE: () => this.LA(1).startOffset === this.LA(0).endOffset! + 1,
            DEF: () => this.CONSUME(T.Star),
          });
        },
      },
      { ALT: () => this.CONSUME1(T.Star) },
      { ALT: () => this.CONSUME(T.StarStar) },
    ]);
    this.OPTION1(() =>
      this.OR1([{ ALT: () => this.SUBRULE(this.selectorIndices) }, { ALT: () => this.SUBRULE(this.argumentList) }]),
    );
  });

  readonly selectorIndices = this.RULE('selectorIndices', () => {
    this.CONSUME(T.LBracket);
    this.AT_LEAST_ONE_SEP({ SEP: T.Comma, DEF: () => this.SUBRULE(this.selectorIndex) });
    this.CONSUME(T.RBracket);
  });

  readonly selectorIndex = this.RULE('selectorIndex', () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(T.Number);
          this.OPTION(() => {
            this.CONSUME(T.DotDot);
            this.CONSUME1(T.Number);
          });
        },
      },
      { ALT: () => this.SUBRULE(this.selector) },
    ]);
  });

  // ---- runs

  readonly runDeclaration = this.RULE('runDeclaration', () => {
    this.CONSUME(keyword('run'));
    this.OPTION(() => this.CONSUME(T.Ident));
    this.SUBRULE(this.subject);
    this.SUBRULE(this.runBody);
  });

  /** What a run or an inference works on. */
  readonly subject = this.RULE('subject', () => {
    this.OPTION(() => {
      this.CONSUME(keyword('for'));
      this.SUBRULE(this.expression, { LABEL: 'model' });
    });
    this.OPTION1(() => {
      this.CONSUME(keyword('with'));
      this.CONSUME(T.Ident, { LABEL: 'guide' });
    });
    this.OPTION2(() => {
      this.CONSUME(keyword('on'));
      this.SUBRULE1(this.expression, { LABEL: 'data' });
    });
  });

  readonly runBody = this.RULE('runBody', () => {
    this.CONSUME(T.LBrace);
    this.MANY_SEP({ SEP: T.Sep, DEF: () => this.SUBRULE(this.step) });
    this.CONSUME(T.RBrace);
  });

  readonly step = this.RULE('step', () => {
    this.OPTION(() => {
      this.CONSUME(T.Ident, { LABEL: 'name' });
      this.CONSUME(T.Eq);
    });
    this.OR([
      { ALT: () => this.SUBRULE(this.inferStep) },
      { ALT: () => this.SUBRULE(this.pruneStep) },
      { ALT: () => this.SUBRULE(this.evaluateStep) },
      { ALT: () => this.SUBRULE(this.requireStep) },
      { ALT: () => this.SUBRULE(this.exportStep) },
      { ALT: () => this.SUBRULE(this.skippedStatement) },
      { ALT: () => this.SUBRULE(this.valueStep) },
    ]);
  });

  readonly inferStep = this.RULE('inferStep', () => {
    this.CONSUME(keyword('infer'));
    this.CONSUME(T.Ident);
    this.SUBRULE(this.subject);
    this.SUBRULE(this.stepTail);
  });

  readonly pruneStep = this.RULE('pruneStep', () => {
    this.CONSUME(keyword('prune'));
    this.SUBRULE(this.selectorList);
    this.OR([{ ALT: () => this.SUBRULE(this.wherePart) }, { ALT: () => this.SUBRULE(this.byPart) }]);
    this.SUBRULE(this.stepTail);
  });

  readonly wherePart = this.RULE('wherePart', () => {
    this.CONSUME(keyword('where'));
    this.SUBRULE(this.expression);
  });

  readonly byPart = this.RULE('byPart', () => {
    this.CONSUME(keyword('by'));
    this.SUBRULE(this.expression);
    this.SUBRULE(this.budget);
  });

  readonly budget = this.RULE('budget', () => {
    this.OR([
      { ALT: () => this.CONSUME(keyword('gap')) },
      {
        ALT: () => {
          this.OR1([
            { ALT: () => this.CONSUME(keyword('lowest')) },
            { ALT: () => this.CONSUME(keyword('highest')) },
            { ALT: () => this.CONSUME(keyword('keep')) },
            { ALT: () => this.CONSUME(keyword('sample')) },
            { ALT: () => this.CONSUME(keyword('until')) },
            { ALT: () => this.CONSUME(keyword('while')) },
          ]);
          this.SUBRULE(this.expression);
        },
      },
    ]);
    this.OPTION(() => {
      this.CONSUME(keyword('per'));
      this.CONSUME(T.Ident);
    });
  });

  readonly evaluateStep = this.RULE('evaluateStep', () => {
    this.CONSUME(keyword('evaluate'));
    this.OPTION(() => {
      this.CONSUME(keyword('on'));
      this.SUBRULE(this.expression);
    });
    this.SUBRULE(this.stepTail);
  });

  readonly requireStep = this.RULE('requireStep', () => {
    this.CONSUME(keyword('require'));
    this.SUBRULE(this.expression);
    this.SUBRULE(this.stepTail);
  });

  readonly exportStep = this.RULE('exportStep', () => {
    this.CONSUME(keyword('export'));
    this.AT_LEAST_ONE_SEP({ SEP: T.Comma, DEF: () => this.SUBRULE(this.expression) });
    this.SUBRULE(this.stepTail);
  });

  /** A plain value or a call of declared steps. */
  readonly valueStep = this.RULE('valueStep', () => {
    this.SUBRULE(this.expression);
    this.SUBRULE(this.stepTail);
  });

  readonly stepTail = this.RULE('stepTail', () => {
    this.OPTION(() => {
      this.CONSUME(keyword('from'));
      this.CONSUME(T.Ident);
    });
    this.OPTION1(() => this.SUBRULE(this.optionsBody));
  });

  readonly optionsBody = this.RULE('optionsBody', () => {
    this.CONSUME(T.LBrace);
    this.MANY_SEP({ SEP: T.Sep, DEF: () => this.SUBRULE(this.optionsLine) });
    this.CONSUME(T.RBrace);
  });

  readonly optionsLine = this.RULE('optionsLine', () => {
    this.AT_LEAST_ONE_SEP({ SEP: T.Comma, DEF: () => this.SUBRULE(this.optionItem) });
  });

  readonly optionItem = this.RULE('optionItem', () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.skippedStatement) },
      { ALT: () => this.SUBRULE(this.setting) },
      { ALT: () => this.SUBRULE(this.siteSetting) },
      { ALT: () => this.SUBRULE(this.expression) },
    ]);
  });

  readonly setting = this.RULE('setting', () => {
    this.CONSUME(T.Ident);
    this.CONSUME(T.Eq);
    this.SUBRULE(this.settingValue);
  });

  /** `optimizer of theta = ...`. */
  readonly siteSetting = this.RULE('siteSetting', () => {
    this.CONSUME(T.Ident);
    this.CONSUME(keyword('of'));
    this.SUBRULE(this.selector);
    this.CONSUME(T.Eq);
    this.SUBRULE(this.settingValue);
  });

  readonly settingValue = this.RULE('settingValue', () => {
    this.OPTION(() => this.CONSUME(keyword('every')));
    this.SUBRULE(this.expression);
  });

  // ---- expressions

  readonly expression = this.RULE('expression', () => {
    this.OR([{ ALT: () => this.SUBRULE(this.conditional) }, { ALT: () => this.SUBRULE(this.operation) }]);
  });

  readonly conditional = this.RULE('conditional', () => {
    this.CONSUME(keyword('if'));
    this.SUBRULE(this.expression);
    this.CONSUME(keyword('then'));
    this.SUBRULE1(this.expression);
    this.CONSUME(keyword('else'));
    this.SUBRULE2(this.expression);
  });

  readonly operation = this.RULE('operation', () => {
    this.SUBRULE(this.operand);
    this.MANY(() => {
      this.OR(BINARY_OPERATORS.map((type) => ({ ALT: () => this.CONSUME(type, { LABEL: 'operator' }) })));
      this.SUBRULE1(this.operand);
    });
  });

  readonly operand = this.RULE('operand', () => {
    this.MANY(() => {
      this.OR([
        { ALT: () => this.CONSUME(keyword('not'), { LABEL: 'prefix' }) },
        { ALT: () => this.CONSUME(T.Minus, { LABEL: 'prefix' }) },
      ]);
    });
    this.SUBRULE(this.postfix);
  });

  readonly postfix = this.RULE('postfix', () => {
    this.SUBRULE(this.atom);
    this.MANY(() => {
      this.OR([
        { ALT: () => this.SUBRULE(this.argumentList, { LABEL: 'suffix' }) },
        { ALT: () => this.SUBRULE(this.indexList, { LABEL: 'suffix' }) },
        { ALT: () => this.SUBRULE(this.memberName, { LABEL: 'suffix' }) },
      ]);
    });
  });

  readonly argumentList = this.RULE('argumentList', () => {
    this.CONSUME(T.LParen);
    this.MANY_SEP({ SEP: T.Comma, DEF: () => this.SUBRULE(this.argument) });
    this.CONSUME(T.RParen);
  });

  readonly argument = this.RULE('argument', () => {
    this.OR([{ ALT: () => this.SUBRULE(this.setting) }, { ALT: () => this.SUBRULE(this.plainArgument) }]);
  });

  /** `x`, `0.5: D`, `x over units`. */
  readonly plainArgument = this.RULE('plainArgument', () => {
    this.SUBRULE(this.expression);
    this.OPTION(() =>
      this.OR([
        {
          ALT: () => {
            this.CONSUME(T.Colon);
            this.SUBRULE1(this.expression);
          },
        },
        {
          ALT: () => {
            this.CONSUME(keyword('over'));
            this.SUBRULE2(this.expression);
          },
        },
      ]),
    );
  });

  readonly indexList = this.RULE('indexList', () => {
    this.CONSUME(T.LBracket);
    this.AT_LEAST_ONE_SEP({ SEP: T.Comma, DEF: () => this.SUBRULE(this.expression) });
    this.CONSUME(T.RBracket);
  });

  readonly memberName = this.RULE('memberName', () => {
    this.CONSUME(T.Dot);
    this.CONSUME(T.Ident);
  });

  readonly atom = this.RULE('atom', () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.quantity) },
      { ALT: () => this.CONSUME(T.Text) },
      { ALT: () => this.CONSUME(keyword('true')) },
      { ALT: () => this.CONSUME(keyword('false')) },
      { ALT: () => this.CONSUME(T.Ident) },
      { ALT: () => this.SUBRULE(this.group) },
      { ALT: () => this.SUBRULE(this.list) },
    ]);
  });

  readonly quantity = this.RULE('quantity', () => {
    this.CONSUME(T.Number);
    this.OPTION(() => this.CONSUME(T.Unit));
  });

  readonly group = this.RULE('group', () => {
    this.CONSUME(T.LParen);
    this.SUBRULE(this.expression);
    this.CONSUME(T.RParen);
  });

  readonly list = this.RULE('list', () => {
    this.CONSUME(T.LBracket);
    this.MANY_SEP({ SEP: T.Comma, DEF: () => this.SUBRULE(this.expression) });
    this.CONSUME(T.RBracket);
  });
}

let shared: BpruneParser | undefined;

/** The one parser, made when it is first needed: its analysis takes some 30 ms. */
export function parser(): BpruneParser {
  shared ??= new BpruneParser();
  return shared;
}

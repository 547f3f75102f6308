/** The rules that every statement is made of: expressions, settings, types, selectors. Operators are flat here; `to-expr.ts` gives them their strength. */
import { CstParser, EOF, type IParserErrorMessageProvider, type TokenType } from 'chevrotain';
import { LateLookahead } from '../lookahead.ts';
import { ALL_TOKENS, keyword, T } from '../tokens.ts';

const MAX_LOOKAHEAD = 2;

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

export class ExpressionRules extends CstParser {
  /** `validated`: looks for ambiguous alternatives and the like, which a test does and a start need not. */
  constructor(validated: boolean) {
    super(ALL_TOKENS, {
      skipValidations: !validated,
      // Broken statements are taken out by `isolate.ts` instead.
      recoveryEnabled: false,
      nodeLocationTracking: 'onlyOffset',
      maxLookahead: MAX_LOOKAHEAD,
      lookaheadStrategy: new LateLookahead({ maxLookahead: MAX_LOOKAHEAD }),
      errorMessageProvider: expectedNames,
    });
  }

  /** A whole statement that has been reported. */
  readonly brokenStatement = this.RULE('brokenStatement', () => {
    this.CONSUME(T.Broken);
  });

  // Alternatives that are tried at most tokens stand beside their rules, so that they are made once and not at each token.

  private readonly expressionForms = [
    { ALT: () => this.SUBRULE(this.conditional) },
    { ALT: () => this.SUBRULE(this.operation) },
  ];

  readonly expression = this.RULE('expression', () => {
    this.OR(this.expressionForms);
  });

  readonly conditional = this.RULE('conditional', () => {
    this.CONSUME(keyword('if'));
    this.SUBRULE(this.expression);
    this.CONSUME(keyword('then'));
    this.SUBRULE1(this.expression);
    this.CONSUME(keyword('else'));
    this.SUBRULE2(this.expression);
  });

  private readonly binaryOperators = BINARY_OPERATORS.map((type) => ({
    ALT: () => this.CONSUME(type, { LABEL: 'operator' }),
  }));

  readonly operation = this.RULE('operation', () => {
    this.SUBRULE(this.operand);
    this.MANY(() => {
      this.OR(this.binaryOperators);
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

  private readonly suffixes = [
    { ALT: () => this.SUBRULE(this.argumentList, { LABEL: 'suffix' }) },
    { ALT: () => this.SUBRULE(this.indexList, { LABEL: 'suffix' }) },
    { ALT: () => this.SUBRULE(this.memberName, { LABEL: 'suffix' }) },
  ];

  readonly postfix = this.RULE('postfix', () => {
    this.SUBRULE(this.atom);
    this.MANY(() => {
      this.OR(this.suffixes);
    });
  });

  readonly argumentList = this.RULE('argumentList', () => {
    this.CONSUME(T.LParen);
    this.MANY_SEP({ SEP: T.Comma, DEF: () => this.SUBRULE(this.argument) });
    this.CONSUME(T.RParen);
  });

  private readonly argumentForms = [
    { ALT: () => this.SUBRULE(this.setting) },
    { ALT: () => this.SUBRULE(this.plainArgument) },
  ];

  readonly argument = this.RULE('argument', () => {
    this.OR(this.argumentForms);
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

  private readonly atoms = [
    { ALT: () => this.SUBRULE(this.quantity) },
    { ALT: () => this.CONSUME(T.Text) },
    { ALT: () => this.CONSUME(keyword('true')) },
    { ALT: () => this.CONSUME(keyword('false')) },
    { ALT: () => this.CONSUME(T.Ident) },
    { ALT: () => this.SUBRULE(this.group) },
    { ALT: () => this.SUBRULE(this.list) },
  ];

  readonly atom = this.RULE('atom', () => {
    this.OR(this.atoms);
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

  readonly setting = this.RULE('setting', () => {
    this.CONSUME(T.Ident);
    this.CONSUME(T.Eq);
    this.SUBRULE(this.settingValue);
  });

  readonly settingValue = this.RULE('settingValue', () => {
    this.OPTION(() => this.CONSUME(keyword('every')));
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

  readonly typeName = this.RULE('typeName', () => {
    this.CONSUME(T.Ident);
    this.OPTION(() => {
      this.CONSUME(T.LBracket);
      this.AT_LEAST_ONE_SEP({ SEP: T.Comma, DEF: () => this.SUBRULE(this.expression) });
      this.CONSUME(T.RBracket);
    });
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
}

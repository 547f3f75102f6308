/** Runs and named steps: every kind of step, its joining words and its options. */
import { keyword, T } from '../tokens.ts';
import { ModelRules } from './models.ts';

export class RunRules extends ModelRules {
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

  readonly stepsDeclaration = this.RULE('stepsDeclaration', () => {
    this.CONSUME(keyword('steps'));
    this.CONSUME(T.Ident);
    this.OPTION(() => this.SUBRULE(this.parameterList));
    this.SUBRULE(this.runBody);
  });

  private readonly steps = [
    { ALT: () => this.SUBRULE(this.brokenStatement) },
    { ALT: () => this.SUBRULE(this.inferStep) },
    { ALT: () => this.SUBRULE(this.pruneStep) },
    { ALT: () => this.SUBRULE(this.growStep) },
    { ALT: () => this.SUBRULE(this.evaluateStep) },
    { ALT: () => this.SUBRULE(this.requireStep) },
    { ALT: () => this.SUBRULE(this.exportStep) },
    { ALT: () => this.SUBRULE(this.changeStep) },
    { ALT: () => this.SUBRULE(this.fixStep) },
    { ALT: () => this.SUBRULE(this.compareStep) },
    { ALT: () => this.SUBRULE(this.repeatStep) },
    { ALT: () => this.SUBRULE(this.forStep) },
    { ALT: () => this.SUBRULE(this.sweepStep) },
    { ALT: () => this.SUBRULE(this.attemptStep) },
    { ALT: () => this.SUBRULE(this.valueStep) },
  ];

  readonly step = this.RULE('step', () => {
    this.OPTION(() => {
      this.CONSUME(T.Ident, { LABEL: 'name' });
      this.CONSUME(T.Eq);
    });
    this.OR(this.steps);
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
    this.SUBRULE(this.cutRule);
    this.SUBRULE(this.stepTail);
  });

  /** The inverse of `prune`. */
  readonly growStep = this.RULE('growStep', () => {
    this.CONSUME(keyword('grow'));
    this.SUBRULE(this.selectorList);
    this.SUBRULE(this.cutRule);
    this.SUBRULE(this.stepTail);
  });

  readonly cutRule = this.RULE('cutRule', () => {
    this.OR([{ ALT: () => this.SUBRULE(this.wherePart) }, { ALT: () => this.SUBRULE(this.byPart) }]);
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

  /** Steps that change a state without training. */
  readonly changeStep = this.RULE('changeStep', () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.rewritePart) },
      { ALT: () => this.SUBRULE(this.quantisePart) },
      { ALT: () => this.SUBRULE(this.initialisePart) },
      { ALT: () => this.SUBRULE(this.rewindPart) },
      { ALT: () => this.SUBRULE(this.namedPart) },
    ]);
    this.SUBRULE(this.stepTail);
  });

  /** `rewrite conv*, fc1 as kfac_basis(batches = 100)`. */
  readonly rewritePart = this.RULE('rewritePart', () => {
    this.CONSUME(keyword('rewrite'));
    this.SUBRULE(this.selectorList);
    this.CONSUME(keyword('as'));
    this.SUBRULE(this.expression);
  });

  /** `quantise *.weight by bits(4)`. */
  readonly quantisePart = this.RULE('quantisePart', () => {
    this.CONSUME(keyword('quantise'));
    this.SUBRULE(this.selectorList);
    this.CONSUME(keyword('by'));
    this.SUBRULE(this.expression);
  });

  readonly initialisePart = this.RULE('initialisePart', () => {
    this.CONSUME(keyword('initialise'));
    this.SUBRULE(this.selectorList);
  });

  readonly rewindPart = this.RULE('rewindPart', () => {
    this.CONSUME(keyword('rewind'));
    this.CONSUME(keyword('to'));
    this.CONSUME(T.Ident);
  });

  /** `re_estimate batch_norm`, `compensate batch_norm_shift`. */
  readonly namedPart = this.RULE('namedPart', () => {
    this.OR([{ ALT: () => this.CONSUME(keyword('re_estimate')) }, { ALT: () => this.CONSUME(keyword('compensate')) }]);
    this.CONSUME(T.Ident);
  });

  /** `fix z = 1`, `fix gate of conv*.filter = mean(gate)`. */
  readonly fixStep = this.RULE('fixStep', () => {
    this.CONSUME(keyword('fix'));
    this.CONSUME(T.Ident);
    this.OPTION(() => {
      this.CONSUME(keyword('of'));
      this.SUBRULE(this.selectorList);
    });
    this.CONSUME(T.Eq);
    this.SUBRULE(this.expression);
    this.SUBRULE(this.stepTail);
  });

  /** `compare with magnitude, random, dense`. */
  readonly compareStep = this.RULE('compareStep', () => {
    this.CONSUME(keyword('compare'));
    this.CONSUME(keyword('with'));
    this.AT_LEAST_ONE_SEP({ SEP: T.Comma, DEF: () => this.SUBRULE(this.expression) });
    this.SUBRULE(this.stepTail);
  });

  // ---- steps that hold steps

  readonly repeatStep = this.RULE('repeatStep', () => {
    this.CONSUME(keyword('repeat'));
    this.SUBRULE(this.expression);
    this.SUBRULE(this.runBody);
  });

  readonly forStep = this.RULE('forStep', () => {
    this.CONSUME(keyword('for'));
    this.CONSUME(T.Ident);
    this.CONSUME(keyword('in'));
    this.SUBRULE(this.expression);
    this.SUBRULE(this.runBody);
  });

  /** `sweep share in [50%, 75%], seed in 1..3 { }`, `sweep a ~ Integer(3, 20), count = 100 where flops(net(a)) <= 1e6 { }`. */
  readonly sweepStep = this.RULE('sweepStep', () => {
    this.CONSUME(keyword('sweep'));
    this.AT_LEAST_ONE_SEP({ SEP: T.Comma, DEF: () => this.SUBRULE(this.sweepAxis) });
    this.OPTION(() => this.SUBRULE(this.wherePart));
    this.SUBRULE(this.runBody);
  });

  readonly sweepAxis = this.RULE('sweepAxis', () => {
    this.CONSUME(T.Ident);
    this.OR([
      { ALT: () => this.CONSUME(keyword('in'), { LABEL: 'sign' }) },
      { ALT: () => this.CONSUME(T.Tilde, { LABEL: 'sign' }) },
      { ALT: () => this.CONSUME(T.Eq, { LABEL: 'sign' }) },
    ]);
    this.SUBRULE(this.expression);
  });

  /** Rolled back where the condition does not hold. */
  readonly attemptStep = this.RULE('attemptStep', () => {
    this.CONSUME(keyword('attempt'));
    this.SUBRULE(this.runBody);
    this.CONSUME(keyword('while'));
    this.SUBRULE(this.expression);
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

  private readonly optionItems = [
    { ALT: () => this.SUBRULE(this.brokenStatement) },
    { ALT: () => this.SUBRULE(this.everyOption) },
    { ALT: () => this.SUBRULE(this.moveOption) },
    { ALT: () => this.SUBRULE(this.setting) },
    { ALT: () => this.SUBRULE(this.siteSetting) },
    { ALT: () => this.SUBRULE(this.expression) },
  ];

  readonly optionItem = this.RULE('optionItem', () => {
    this.OR(this.optionItems);
  });

  /** `every 1 epoch { prune ... }`: steps inside a training. */
  readonly everyOption = this.RULE('everyOption', () => {
    this.CONSUME(keyword('every'));
    this.SUBRULE(this.expression);
    this.SUBRULE(this.runBody);
  });

  /** `move lambda = EXPR every 1 step`, `move z by gibbs every 1 epoch`. */
  readonly moveOption = this.RULE('moveOption', () => {
    this.CONSUME(keyword('move'));
    this.CONSUME(T.Ident);
    this.OR([
      { ALT: () => this.CONSUME(T.Eq, { LABEL: 'sign' }) },
      { ALT: () => this.CONSUME(keyword('by'), { LABEL: 'sign' }) },
    ]);
    this.SUBRULE(this.expression);
    this.CONSUME(keyword('every'));
    this.SUBRULE1(this.expression);
  });

  /** `optimizer of theta = ...`. */
  readonly siteSetting = this.RULE('siteSetting', () => {
    this.CONSUME(T.Ident);
    this.CONSUME(keyword('of'));
    this.SUBRULE(this.selector);
    this.CONSUME(T.Eq);
    this.SUBRULE(this.settingValue);
  });
}

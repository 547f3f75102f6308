/** The statement could end, and something follows that does not belong to it. */
import { replacement } from '../../base/fix.ts';
import type { Message, Slip } from './slip.ts';
import { replacing } from './slip.ts';
import type { Spot } from './spot.ts';

/** Steps that say which groups go or come, and how many. */
const CUTS = ['prune', 'grow'];

/** Joining words and what comes behind them, in the order of a statement. */
const ORDER = ['for', 'with', 'on', 'from'];

const comparison: Slip = (spot) => {
  if (!spot.isKind('Eq')) return null;
  if (
    spot.head === 'require' ||
    (CUTS.includes(spot.head ?? '') && spot.sofar.some((t) => ['where', 'until', 'while'].includes(t.image)))
  ) {
    return { code: 'BP1035', text: 'Values are compared with `==`, not `=`.', ...replacing(spot, '==') };
  }
  return null;
};

const optionSign: Slip = (spot) => {
  if (!spot.isKind('Colon') || spot.bodyKind !== 'options') return null;
  return {
    code: 'BP1035',
    text: 'Options are set with `=`, not `:`.',
    hint: `write \`${spot.before?.image ?? 'name'} = ...\``,
    fix: replacement(spot.place, ' ='),
  };
};

const layerSign: Slip = (spot) => {
  if (spot.bodyKind !== 'network' || !spot.isKind('Colon', 'Tilde', 'Dot', 'EqEq')) return null;
  if (spot.isKind('Colon', 'EqEq')) {
    return {
      code: 'BP1035',
      text: `A layer is named with \`=\`, not ${spot.foundText}.`,
      hint: 'write for example `fc1 = dense(300)`',
      fix: replacement(spot.place, ' ='),
    };
  }
  if (spot.isKind('Dot') && !spot.later('Tilde')) {
    return { code: 'BP1032', text: 'The name of a layer has no `.`.', hint: 'write `_` instead' };
  }
  return wrongBody(spot);
};

/** `dense.weight ~ Flat()` outside models. */
function wrongBody(spot: Spot): Message {
  const first = spot.sofar[0];
  const place = first === undefined ? spot.place : { ...spot.report.at(first), end: spot.place.end };
  const opener = spot.opener;
  return {
    code: 'BP1012',
    text: 'This statement belongs in a `model` or `guide`.',
    place,
    hint: 'move it into the body of a `model` or `guide`',
    notes: [spot.bodyKind === 'run' ? 'A `run` holds steps only.' : 'A `network` holds layers only.'],
    labels: opener === undefined ? [] : [spot.report.label(opener, 'the body begins here')],
  };
}

const tilde: Slip = (spot) => (spot.isKind('Tilde') && spot.bodyKind === 'run' ? wrongBody(spot) : null);

const order: Slip = (spot) => {
  const word = spot.word;
  if (word === null || !ORDER.includes(word) || !['run', 'infer'].includes(spot.head ?? '')) return null;
  const earlier = spot.sofar.map((t) => t.image).filter((image) => ORDER.includes(image));
  if (earlier.includes(word)) return { code: 'BP1037', text: `\`${word}\` stands twice in this statement.` };
  const behind = ORDER.slice(ORDER.indexOf(word) + 1).find((w) => earlier.includes(w));
  if (behind === undefined) {
    return word === 'from'
      ? { code: 'BP1037', text: 'A run has no `from`.', hint: 'steps have it: `infer map from init`' }
      : null;
  }
  const rest =
    spot.head === 'run'
      ? 'run NAME for MODEL with GUIDE on DATA'
      : 'infer ENGINE for MODEL with GUIDE on DATA from STATE';
  return { code: 'BP1037', text: `\`${word}\` stands before \`${behind}\`.`, hint: `the order is \`${rest}\`` };
};

const evaluateWords: Slip = (spot) => {
  if (spot.head !== 'evaluate') return null;
  if (spot.isKind('Ident') && spot.beforeIs('word_evaluate')) {
    return {
      code: 'BP1037',
      text: '`evaluate` and its data are joined by `on`.',
      hint: `write \`evaluate on ${spot.found.image}\``,
      fix: replacement(spot.place, `on ${spot.found.image}`),
    };
  }
  if (!spot.isKind('word_for', 'word_with', 'word_by')) return null;
  return {
    code: 'BP1037',
    text: `\`evaluate\` has no ${spot.foundText}.`,
    hint: 'write `evaluate on test { error, nll }`',
  };
};

const budgetAfterWhere: Slip = (spot) => {
  const budget = ['lowest', 'highest', 'keep', 'until', 'while', 'by'];
  if (!CUTS.includes(spot.head ?? '') || spot.word === null || !budget.includes(spot.word)) return null;
  const where = spot.sofar.some((t) => t.tokenType.name === 'word_where');
  if (!where) return null;
  return {
    code: 'BP1036',
    text: `\`where\` already says which groups go; ${spot.foundText} cannot follow.`,
    hint: 'write `where CONDITION`, or `by CRITERION lowest 75%`',
  };
};

/** `for i = 1..3 { }`, `else` without its `if`: lines of networks that hold lines. */
const loopsAndBranches: Slip = (spot) => {
  if (spot.inRule('forLines', 'forStep') && spot.expects('word_in')) {
    return {
      code: 'BP1030',
      text: `A \`for\` goes through a list with \`in\`, but ${spot.foundText} stands here.`,
      hint: 'write for example `for i in 1..3 { ... }`',
    };
  }
  if (!spot.isKind('word_else') || spot.bodyKind !== 'network') return null;
  return {
    code: 'BP1033',
    text: 'This `else` has no `if` before it.',
    hint: 'write `if stride > 1 { ... } else { ... }`',
  };
};

const missingBudget: Slip = (spot) => {
  if (!spot.expects('word_lowest') || !CUTS.includes(spot.head ?? '')) return null;
  return {
    code: 'BP1036',
    text: `\`${spot.written}\` does not say how much.`,
    hint: 'add `lowest 75%`, or `lowest 75% per layer`',
  };
};

const missingRule: Slip = (spot) => {
  if (!spot.expects('word_where') || !spot.expects('word_by')) return null;
  const budget = spot.word !== null && ['lowest', 'highest', 'keep'].includes(spot.word);
  return {
    code: 'BP1036',
    text: `\`${spot.written}\` does not say which of them go.`,
    hint: budget
      ? `write for example \`by snr ${spot.word} 75%\``
      : 'add `where log_alpha > 3`, or `by snr lowest 75%`',
  };
};

const conditional: Slip = (spot) => {
  const word = ['then', 'else'].find((w) => spot.expects(`word_${w}`));
  if (word === undefined || !spot.inRule('conditional')) return null;
  return {
    code: 'BP1030',
    text: `This \`if\` has no \`${word}\`.`,
    hint: 'write `if epoch < 100 then 1e-3 else 1e-4`; both values are needed',
  };
};

/** Two options, arguments or indices without a comma between them. */
const missingComma: Slip = (spot) => {
  if (!startsValue(spot)) return null;
  const inOptions = spot.bodyKind === 'options' && spot.expects('Comma', 'RBrace');
  if (!inOptions && !spot.expects('RParen', 'RBracket')) return null;
  return {
    code: 'BP1033',
    text: `A comma is missing before ${spot.foundText}.`,
    place: { ...spot.report.behind(spot.before), end: spot.report.at(spot.found).end },
    hint: 'write `,` between two of them',
    fix: replacement(spot.report.behind(spot.before), ','),
  };
};

const otherLanguages: Slip = (spot) => {
  if (spot.isKind('StarStar'))
    return { code: 'BP1030', text: 'Powers are written with `^`, not `**`.', ...replacing(spot, '^') };
  if (spot.isKind('Semi')) {
    return { code: 'BP1033', text: '`;` ends a statement and cannot stand inside brackets.', ...replacing(spot, ',') };
  }
  if (spot.isKind('Eq') && spot.bodyKind === 'options') {
    return { code: 'BP1035', text: 'Only a name can be set with `=`.', hint: 'write `name = value`' };
  }
  return null;
};

const goesOn: Slip = (spot) => {
  if (!spot.couldEnd || spot.pastEnd) return null;
  const hint = startsValue(spot) ? 'two statements on one line are separated by `;`' : null;
  return { code: 'BP1033', text: `The statement is complete before ${spot.foundText}.`, hint };
};

function startsValue(spot: Spot): boolean {
  return spot.isKind('Ident', 'Number', 'Text', 'LParen', 'LBracket', 'word_true', 'word_false', 'word_if');
}

export const endSlips: readonly Slip[] = [
  ...[loopsAndBranches, comparison, optionSign, layerSign, tilde, evaluateWords, budgetAfterWhere],
  ...[missingBudget, missingRule, conditional, otherLanguages, missingComma],
];

/** Tried before what is said about the head of a declaration. */
export const firstSlips: readonly Slip[] = [order];

/** Tried when nothing else explains the place. */
export const lastSlips: readonly Slip[] = [goesOn];

/** The first line of a declaration, a column or a site is not what it should be. */
import { replacement } from '../../base/fix.ts';
import { ALL_HEAD_WORDS } from '../syntax/vocabulary.ts';
import { type Message, replacing, type Slip } from './slip.ts';
import type { Spot } from './spot.ts';
import { needsMore } from './values.ts';

const SIGNS = ['Colon', 'Tilde', 'EqEq'];

/** `const`, `def` and `data` give their value with `=`. */
const givenWithEquals: Slip = (spot) => {
  if (!spot.expects('Eq') || !['constBinding', 'defDeclaration', 'dataDeclaration'].includes(spot.rule)) return null;
  if (spot.isKind(...SIGNS)) {
    return {
      code: 'BP1035',
      text: `\`${spot.head}\` gives its value with \`=\`, not ${spot.foundText}.`,
      ...replacing(spot, '='),
    };
  }
  const example = {
    const: 'const share = 75%',
    def: 'def warm_up(epoch) = clamp(epoch / 10, 0, 1)',
    data: 'data mnist = idx("data/mnist") { ... }',
  }[spot.head ?? ''];
  const before = spot.written === '' ? '' : ` after \`${spot.written}\``;
  return {
    code: 'BP1030',
    text: `\`=\` is missing${before}.`,
    hint: example === undefined ? null : `write for example \`${example}\``,
  };
};

const column: Slip = (spot) => {
  if (spot.rule !== 'dataLine' || !spot.expects('Colon') || !spot.expects('Eq')) return null;
  const name = spot.before?.image ?? 'x';
  return {
    code: 'BP1030',
    text: `\`${name}\` needs a type or a value.`,
    hint: `write for example \`${name}: real\` or \`${name} = split(train, 10%)\``,
  };
};

/** A site needs `~`. */
const site: Slip = (spot) => {
  if (!spot.expects('Tilde') || !spot.inRule('siteLine')) return null;
  if (spot.isKind('Colon', 'EqEq')) {
    return {
      code: 'BP1035',
      text: `A distribution is given with \`~\`, not ${spot.foundText}.`,
      ...replacing(spot, '~'),
    };
  }
  if (spot.isKind('Lt') && spot.after?.image === '-') {
    return {
      code: 'BP1035',
      text: 'A distribution is given with `~`, not `<-`.',
      hint: `write \`${spot.written} ~ ...\``,
    };
  }
  if (spot.pastEnd || spot.isKind('RBrace')) {
    if (ALL_HEAD_WORDS.has(spot.written)) {
      return needsMore(spot.written) ?? unfinished(spot.written);
    }
    return {
      code: 'BP1031',
      text: `\`${spot.written}\` has no distribution.`,
      hint: `write for example \`${spot.written} ~ Normal(0, 1)\``,
    };
  }
  if (spot.isKind('Star') && spot.beforeIs('Ident')) {
    return {
      code: 'BP1030',
      text: 'The `*` of a selector touches the name before it.',
      hint: `write \`${spot.before?.image}*\``,
    };
  }
  return {
    code: 'BP1030',
    text: `\`~\` is missing after \`${spot.written}\`.`,
    hint: 'write for example `dense.weight ~ Normal(0, 1)`',
  };
};

function unfinished(word: string): Message {
  return { code: 'BP1031', text: `Nothing follows \`${word}\`.`, hint: 'finish the statement, or remove the word' };
}

const BEFORE_SELECTORS = [
  ...['Comma', 'word_prune', 'word_grow', 'word_except', 'word_override', 'word_of', 'word_gate', 'word_rewrite'],
  ...['word_quantise', 'word_initialise'],
];

const selector: Slip = (spot) => {
  if (!spot.expects('StarStar') || !spot.expects('Ident')) return null;
  const beforeWord = spot.before?.image ?? '';
  const text = spot.beforeIs('Dot')
    ? 'A name or `*` must follow `.`.'
    : spot.beforeIs(...BEFORE_SELECTORS)
      ? `\`${beforeWord}\` needs a name of parameters or groups.`
      : `${spot.foundText} is no name of parameters or groups.`;
  return { code: 'BP1032', text, hint: 'write for example `fc1.weight`, `fc*.weight`, `*.bias` or `units`' };
};

/** `model m = {`, `run a b {`: something stands before the body. */
const body: Slip = (spot) => {
  if (!spot.expects('LBrace') || spot.head === null) return null;
  if (spot.isKind('Eq')) {
    return {
      code: 'BP1035',
      text: `\`${spot.head}\` has no \`=\`: its body follows the name.`,
      hint: 'remove `=`',
      fix: replacement(spot.place, ''),
    };
  }
  if (spot.pastEnd) {
    return {
      code: 'BP1011',
      text: `\`${spot.written}\` needs a body in braces.`,
      hint: 'write `{` here and `}` after the last line of the body',
    };
  }
  return {
    code: 'BP1030',
    text: `The body of \`${spot.written}\` should begin before ${spot.foundText}.`,
    hint: orderHint(spot),
  };
};

function orderHint(spot: Spot): string {
  const forms: Readonly<Record<string, string>> = {
    run: 'write `run NAME for MODEL with GUIDE on DATA { ... }`; each part may be left out',
    guide: 'write `guide NAME for MODEL { ... }`; both may be left out',
    model: 'write `model NAME(net, p = Normal(0, 1)) { ... }`',
    network: 'write `network NAME(a = 300) { ... }`',
    data: 'write `data NAME = READER("place") { ... }`',
    steps: 'write `steps NAME(epochs = 20) { ... }`',
    density: 'write `density NAME(x | scale) { log = ..., support = real }`',
    repeat: 'write `repeat 14 { ... }`',
    for: 'write `for l in [fc1, fc2] { ... }`',
    sweep: 'write `sweep share in [50%, 75%] where CONDITION { ... }`; the condition may be left out',
    attempt: 'write `attempt { ... } while CONDITION`',
    every: 'write `every 1 epoch { ... }`',
  };
  return forms[spot.head ?? ''] ?? 'a body stands in `{ }`';
}

export const headSlips: readonly Slip[] = [givenWithEquals, column, site, body, selector];

/** A value was expected and something else stands there. */
import type { Message, Slip } from './slip.ts';
import { keywordOf, OPERATOR_NAMES, type Spot } from './spot.ts';

/** What must follow a word, and an example that works. */
const AFTER_WORD: Readonly<Record<string, { readonly what: string; readonly example: string }>> = {
  where: { what: 'a condition', example: 'where log_alpha > 3' },
  require: { what: 'a condition', example: 'require error <= 2%' },
  if: { what: 'a condition', example: 'if epoch < 100 then 1e-3 else 1e-4' },
  // biome-ignore lint/suspicious/noThenProperty: a word of the language, in a table that is never awaited
  then: { what: 'a value', example: 'if epoch < 100 then 1e-3 else 1e-4' },
  else: { what: 'a value', example: 'if epoch < 100 then 1e-3 else 1e-4' },
  on: { what: 'data', example: 'on mnist' },
  for: { what: 'a model', example: 'for classifier(lenet300)' },
  export: { what: 'a format', example: 'export safetensors, report' },
  lowest: { what: 'an amount', example: 'lowest 75%' },
  highest: { what: 'an amount', example: 'highest 10%' },
  keep: { what: 'an amount', example: 'keep 100' },
  sample: { what: 'an amount', example: 'sample 20%' },
  until: { what: 'a condition', example: 'until flops <= 30%' },
  while: { what: 'a condition', example: 'while error(validation) <= before + 0.2%' },
  every: { what: 'a period', example: 'every 1 epoch' },
  as: { what: 'a form', example: 'rewrite fc1 as rescaled(0.1)' },
  repeat: { what: 'a number', example: 'repeat 14 { ... }' },
  factor: { what: 'a term', example: 'factor -0.1 * penalty' },
  compare: { what: 'criteria', example: 'compare with magnitude, random' },
  over: { what: 'what it runs over', example: 'sum(x over units)' },
  extends: { what: 'a model', example: 'extends classifier(net)' },
};

const BUDGETS = ['lowest', 'highest', 'keep', 'sample', 'gap', 'until', 'while'];

/** `prune weights by lowest 75%`: the criterion is missing. */
const criterion: Slip = (spot) => {
  if (!spot.beforeIs('word_by') || !['prune', 'grow'].includes(spot.head ?? '')) return null;
  const note =
    spot.word !== null && BUDGETS.includes(spot.word) ? `\`${spot.word}\` says how much, not by what.` : null;
  return {
    code: 'BP1036',
    text: `\`${spot.written}\` needs a criterion.`,
    notes: note === null ? [] : [note],
    hint: 'write for example `by snr lowest 75%`',
  };
};

const afterSign: Slip = (spot) => {
  const name = spot.sofar.at(-2);
  if (spot.beforeIs('Tilde')) {
    const target = spot.written.replace(/\s*~$/, '');
    return {
      code: 'BP1031',
      text: `\`${target}\` has no distribution.`,
      hint: 'write one behind `~`, for example `Normal(0, 1)`; `Flat()` says that there is none on purpose',
    };
  }
  if (!spot.beforeIs('Eq') || name === undefined) return null;
  const named = name.tokenType.name === 'Ident' ? `\`${name.image}\`` : `\`${spot.written.replace(/\s*=$/, '')}\``;
  const extra = spot.isKind('Eq') ? { hint: 'one `=` is enough' } : {};
  return { code: 'BP1031', text: `${named} has no value.`, ...extra };
};

const afterWord: Slip = (spot) => {
  const word = keywordOf(spot.before);
  return word === null ? null : needsMore(word);
};

/** What must follow a word of the language; null for a word behind which no value stands. */
export function needsMore(word: string): Message | null {
  const wanted = AFTER_WORD[word];
  if (wanted === undefined) return null;
  return {
    code: 'BP1031',
    text: `\`${word}\` needs ${wanted.what}.`,
    hint: `write for example \`${wanted.example}\``,
  };
}

const operators: Slip = (spot) => {
  if (spot.before !== undefined && OPERATOR_NAMES.has(spot.before.tokenType.name)) {
    const text = `\`${spot.before.image}\` has nothing on its right.`;
    const double = OPERATOR_NAMES.has(spot.kind) ? { notes: [`${spot.foundText} follows directly.`] } : {};
    const hint = power(spot);
    return { code: 'BP1031', text, ...double, hint: hint ?? 'write a value behind it, or leave it out' };
  }
  if (OPERATOR_NAMES.has(spot.kind) && !spot.atStart) {
    return { code: 'BP1031', text: `${spot.foundText} has nothing on its left.` };
  }
  return null;
};

/** `a ** b` lexes as one sign, `a * * b` as two. */
function power(spot: Spot): string | null {
  return spot.isKind('Star', 'StarStar') ? 'powers are written with `^`' : null;
}

const inList: Slip = (spot) => {
  if (spot.isKind('Semi')) {
    return { code: 'BP1033', text: '`;` ends a statement and cannot stand inside brackets.', hint: 'write a comma' };
  }
  if (spot.beforeIs('Comma')) return { code: 'BP1031', text: 'A value is missing after `,`.' };
  if (spot.isKind('Comma')) return { code: 'BP1031', text: 'A value is missing before `,`.' };
  if (spot.beforeIs('LParen') && spot.isKind('RParen')) {
    return { code: 'BP1031', text: 'Nothing stands between `(` and `)`.' };
  }
  return null;
};

const valueSlips: readonly Slip[] = [criterion, afterSign, operators, inList, afterWord];

/** Explains a missing value; always has an answer. */
export function missingValue(spot: Spot): Message {
  for (const slip of valueSlips) {
    const message = slip(spot);
    if (message !== null) return withReserved(message, spot);
  }
  return withReserved({ code: 'BP1031', text: `A value is missing before ${spot.foundText}.` }, spot);
}

/** A joining word where a value should be: perhaps it was meant as a name. */
function withReserved(message: Message, spot: Spot): Message {
  if (spot.word === null || message.code !== 'BP1031' || OPERATOR_NAMES.has(spot.kind)) return message;
  return { ...message, notes: [...(message.notes ?? []), `\`${spot.word}\` is a word of the language and no name.`] };
}

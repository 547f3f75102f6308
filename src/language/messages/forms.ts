/** A statement of a fixed form lacks one of its words or signs. */
import type { Message, Slip } from './slip.ts';
import { replacing } from './slip.ts';
import type { Spot } from './spot.ts';

/** A whole statement that works, by its head word. */
const FORMS: Readonly<Record<string, string>> = {
  import: 'import "common.bprune"',
  density: 'density Laplacian(x | s) { log = -abs(x / s) - log(2 * s), support = real }',
  criterion: 'criterion robust = abs(mean(weight)) / sd(weight)',
  gate: 'gate fc1.unit with z',
  param: 'param lambda[conv*.column] = 0 in [0, inf)',
  rewrite: 'rewrite fc1 as rescaled(0.1)',
  quantise: 'quantise *.weight by bits(4)',
  rewind: 'rewind to init',
  fix: 'fix z = 1',
  compare: 'compare with magnitude, random',
  attempt: 'attempt { compensate batch_norm_shift } while error(validation) <= before',
  sweep: 'sweep share in [50%, 75%] { ... }',
  move: 'move lambda = lambda + 0.1 every 1 step',
};

/** What stands where a word of the statement's form should be. */
const missingPart: Slip = (spot) => {
  const form = FORMS[spot.head ?? ''];
  const { expected } = spot.fault;
  if (form === undefined || expected.length === 0 || expected.length > 3 || spot.wantsValue) return null;
  if (!expected.every((e) => e.name === 'Text' || e.label.startsWith('`'))) return null;
  if (spot.couldEnd || spot.expects('LBrace')) return null;
  const wanted = expected.map((e) => e.label);
  const hint = `write for example \`${form}\``;
  if (wanted.length === 1 && spot.expects('Eq') && spot.isKind('Colon', 'Tilde', 'EqEq')) return wrongSign(spot);
  const what = wanted.length === 1 ? wanted[0]! : `${wanted.slice(0, -1).join(', ')} or ${wanted.at(-1)}`;
  const text = `${spot.written === '' ? 'It' : `\`${spot.written}\``} must go on with ${what}`;
  return { code: 'BP1030', text: spot.pastEnd ? `${text}.` : `${text}, but ${spot.foundText} stands here.`, hint };
};

function wrongSign(spot: Spot): Message {
  const random = spot.head === 'param' && spot.isKind('Tilde');
  return {
    code: 'BP1035',
    text: `\`${spot.before?.image ?? 'name'}\` gets its value with \`=\`, not ${spot.foundText}.`,
    notes: random ? ['A `param` is not random; what is random has no word before its name.'] : [],
    ...replacing(spot, '='),
  };
}

/** `score ~ mean(e)` in a criterion. */
const term: Slip = (spot) => {
  if (spot.rule !== 'term' || !spot.expects('Eq')) return null;
  if (spot.isKind('Colon', 'Tilde', 'EqEq')) return wrongSign(spot);
  return {
    code: 'BP1030',
    text: `\`${spot.before?.image ?? 'name'}\` needs a value.`,
    hint: 'write for example `score = abs(mean(weight))`',
  };
};

/** `criterion robust` has neither `=` nor a body. */
const criterion: Slip = (spot) => {
  if (spot.rule !== 'criterionDeclaration' || !spot.expects('Eq') || !spot.expects('LBrace')) return null;
  return {
    code: 'BP1031',
    text: `\`${spot.written}\` says nothing about the score.`,
    hint: 'write `criterion NAME = EXPRESSION`, or `criterion NAME { e = ..., score = ... }`',
  };
};

/** `optimizer of = adam(1e-3)`. */
const siteOption: Slip = (spot) => {
  if (spot.bodyKind !== 'options' || spot.found.image !== 'of' || spot.after?.image !== '=') return null;
  return {
    code: 'BP1032',
    text: `\`${spot.before?.image ?? 'optimizer'} of\` needs a name.`,
    hint: 'write for example `optimizer of theta = sgd(1e-3)`',
  };
};

export const formSlips: readonly Slip[] = [term, criterion, siteOption, missingPart];

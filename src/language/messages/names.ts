/** A name was expected and something else stands there. */
import type { Message } from './slip.ts';
import { replacing } from './slip.ts';
import { keywordOf, type Spot } from './spot.ts';

/** What the name behind a word is for, and an example. */
const NAMED_BY: Readonly<Record<string, { readonly what: string; readonly example: string }>> = {
  const: { what: 'a name', example: 'const share = 75%' },
  def: { what: 'a name', example: 'def warm_up(epoch) = clamp(epoch / 10, 0, 1)' },
  data: { what: 'a name', example: 'data mnist = idx("data/mnist") { ... }' },
  network: { what: 'a name', example: 'network lenet300 { ... }' },
  infer: { what: 'an engine', example: 'infer sgvb { epochs = 20 }' },
  from: { what: 'the name of an earlier layer or step', example: 'from fc1' },
  with: { what: 'a guide', example: 'with my_guide' },
  for: { what: 'a model', example: 'guide for my_model { ... }' },
  per: { what: '`layer`', example: 'per layer' },
  input: { what: 'a type', example: 'input image[28, 28, 1]' },
  block: { what: 'a name', example: 'block basic(c) { ... }' },
  steps: { what: 'a name', example: 'steps train(e = 20) { ... }' },
  density: { what: 'a name', example: 'density Hyperbolic(x | s) { ... }' },
  criterion: { what: 'a name', example: 'criterion robust = abs(mean(weight)) / sd(weight)' },
  param: { what: 'a name', example: 'param lambda = 0 in [0, inf)' },
  fix: { what: 'the name of a latent', example: 'fix z = 1' },
  move: { what: 'the name of a `param` or latent', example: 'move lambda = lambda + 0.1 every 1 step' },
  sweep: { what: 'a name', example: 'sweep share in [50%, 75%] { ... }' },
  rewind: { what: 'a state', example: 'rewind to init' },
  to: { what: 'the name of an earlier step, or `init`', example: 'rewind to init' },
  re_estimate: { what: 'what is estimated again', example: 're_estimate batch_norm' },
  compensate: { what: 'what is made good', example: 'compensate batch_norm_shift' },
};

export function missingName(spot: Spot): Message {
  return reserved(spot) ?? wrongKind(spot) ?? { code: 'BP1032', ...whatIsMissing(spot) };
}

function reserved(spot: Spot): Message | null {
  const word = spot.word;
  if (word === null) return null;
  if (spot.beforeIs('word_infer') && spot.isKind('word_on', 'word_for', 'word_with', 'word_from')) return null;
  return {
    code: 'BP1032',
    text: `\`${word}\` is a word of the language and cannot be a name here.`,
    hint: `choose another name, such as \`${word}_\``,
  };
}

function wrongKind(spot: Spot): Message | null {
  if (spot.isKind('Text') && /^"[A-Za-z_]\w*"$/.test(spot.found.image)) {
    return {
      code: 'BP1032',
      text: 'A name has no quotation marks.',
      ...replacing(spot, spot.found.image.slice(1, -1)),
    };
  }
  if (
    spot.isKind('Number') &&
    spot.after?.tokenType.name === 'Ident' &&
    spot.after.startOffset === spot.found.endOffset! + 1
  ) {
    return { code: 'BP1032', text: 'A name begins with a letter or `_`, not with a digit.' };
  }
  return null;
}

function whatIsMissing(spot: Spot): { text: string; hint?: string } {
  const word = keywordOf(spot.before);
  const wanted = word === null ? undefined : NAMED_BY[word];
  if (wanted !== undefined) {
    return { text: `\`${word}\` needs ${wanted.what}.`, hint: `write for example \`${wanted.example}\`` };
  }
  if (spot.beforeIs('Dot')) return { text: 'A name must follow `.`.' };
  if (spot.beforeIs('Comma')) return { text: 'A name is missing after `,`.' };
  if (spot.beforeIs('Colon')) {
    return { text: 'A type must follow `:`.', hint: 'write for example `image[28, 28, 1]`, `class[10]` or `real`' };
  }
  if (spot.inRule('parameter'))
    return { text: 'The parameters of a declaration are names.', hint: 'write for example `(a = 300, b)`' };
  return { text: `A name is missing before ${spot.foundText}.` };
}

/**
 * The words of the language in one place. Head words are keywords only at the head of a statement of their body;
 * joining words are reserved everywhere, except directly after `.` and directly before `=`.
 */

/** What the statements between two braces are. */
export type Body = 'file' | 'data' | 'network' | 'model' | 'run' | 'options' | 'terms' | 'other';

export const HEAD_WORDS: Readonly<Record<Body, readonly string[]>> = {
  file: [
    ...['import', 'const', 'def', 'data', 'network', 'block', 'density', 'criterion', 'model', 'guide', 'steps'],
    'run',
  ],
  data: [],
  network: ['input', 'for', 'if'],
  model: ['override', 'gate', 'param', 'factor'],
  run: [
    ...['infer', 'prune', 'evaluate', 'require', 'export', 'rewrite', 'repeat', 'sweep', 'for', 'attempt'],
    ...['quantise', 'rewind', 'fix', 'initialise', 're_estimate', 'compensate', 'grow', 'compare'],
  ],
  options: ['every', 'move'],
  terms: [],
  other: [],
};

const HEADS = new Map(Object.entries(HEAD_WORDS).map(([body, words]) => [body as Body, new Set(words)]));

/** Does a statement of this body begin with the word? Asked of most tokens, so that a set answers. */
export function isHeadOf(body: Body, word: string | null): boolean {
  return word !== null && HEADS.get(body)!.has(word);
}

export const JOINING_WORDS: readonly string[] = [
  ...['for', 'in', 'if', 'then', 'else', 'and', 'or', 'not', 'true', 'false', 'with', 'on', 'from', 'where', 'by'],
  ...['lowest', 'highest', 'keep', 'until', 'while', 'per', 'to', 'except', 'of', 'over', 'as', 'every', 'extends'],
];

/** Joining words only behind the `by` of `prune` and `grow`; names everywhere else. */
export const BUDGET_WORDS: readonly string[] = ['sample', 'gap'];

/** Units, only directly behind a number; the set is closed. */
export const UNITS: Readonly<Record<string, 'epochs' | 'steps'>> = {
  epoch: 'epochs',
  epochs: 'epochs',
  step: 'steps',
  steps: 'steps',
};

/** Words that people bring from other languages, and ours for them. */
export const SYNONYMS: Readonly<Partial<Record<Body, Readonly<Record<string, string>>>>> = {
  file: {
    ...{ let: 'const', var: 'const', constant: 'const', function: 'def', func: 'def', fn: 'def', define: 'def' },
    ...{ dataset: 'data', net: 'network', include: 'import', use: 'import', prior: 'model', variational: 'guide' },
    ...{ experiment: 'run', pipeline: 'run' },
  },
  run: {
    ...{ train: 'infer', fit: 'infer', learn: 'infer', remove: 'prune', eval: 'evaluate', test: 'evaluate' },
    ...{ assert: 'require', ensure: 'require', save: 'export', write: 'export', quantize: 'quantise' },
    ...{ initialize: 'initialise', reestimate: 're_estimate' },
  },
};

/** Which body a statement with this head opens; `other` where a mistake lies before the brace. */
export function bodyOpenedBy(head: string | null, around: Body): Body {
  switch (head) {
    case 'data':
      return 'data';
    case 'network':
    case 'block':
    case 'if':
      return 'network';
    case 'model':
    case 'guide':
      return 'model';
    case 'run':
    case 'steps':
    case 'repeat':
    case 'sweep':
    case 'attempt':
    case 'every':
      return 'run';
    case 'else':
    case 'for':
      return around === 'network' ? 'network' : 'run';
    case 'density':
    case 'criterion':
      return 'terms';
    default:
      return (around === 'run' || around === 'options') && head !== null && HAS_OPTIONS.has(head) ? 'options' : 'other';
  }
}

/** Steps whose braces hold options; those of the others hold steps. */
export const OPTION_STEPS: ReadonlySet<string> = new Set(
  HEAD_WORDS.run.filter((word) => !['repeat', 'sweep', 'for', 'attempt'].includes(word)),
);

/** Statements with options in braces, those among options included. */
const HAS_OPTIONS: ReadonlySet<string> = new Set([...OPTION_STEPS, ...HEAD_WORDS.options]);

/** Declarations that cannot stand without `{ }`. */
export const NEEDS_BODY: readonly string[] = ['data', 'network', 'block', 'density', 'model', 'guide', 'steps', 'run'];

export const ALL_HEAD_WORDS: ReadonlySet<string> = new Set(Object.values(HEAD_WORDS).flat());
export const ALL_WORDS: readonly string[] = [...new Set([...ALL_HEAD_WORDS, ...JOINING_WORDS, ...BUDGET_WORDS])];
const JOINING: ReadonlySet<string> = new Set(JOINING_WORDS);

export function isJoining(word: string): boolean {
  return JOINING.has(word);
}

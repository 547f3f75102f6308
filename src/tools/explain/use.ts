/** A use of a word or phrase: what it says there, with a line that has it. */
import type { ExamplePlace } from '../../base/codes.ts';

export interface Use {
  /** Where such a line stands. */
  readonly place: Exclude<ExamplePlace, 'table' | 'command'>;
  readonly doc: string;
  readonly line: string;
}

export const use = (place: Use['place'], doc: string, line: string): Use => ({ place, doc, line });

/** Uses by word. */
export type Glossary = Readonly<Record<string, readonly Use[]>>;

const BODIES: Readonly<Record<Use['place'], string>> = {
  file: 'among the declarations',
  data: 'in the body of `data`',
  network: 'in the body of a `network` or `block`',
  model: 'in the body of a `model`',
  guide: 'in the body of a `guide`',
  run: 'among the steps of a run',
};

/** A text for each use that `glossary` has of a word, `noun` saying what it is; none where it has no such word. */
export function usesOf(glossary: Glossary, word: string, noun: string): readonly string[] {
  return (Object.hasOwn(glossary, word) ? glossary[word]! : []).map(
    ({ place, doc, line }) => `${noun} ${word}: ${doc}\n  ${BODIES[place]}: ${line}`,
  );
}

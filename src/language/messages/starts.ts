/** A statement begins with something that begins none here. */
import type { Message } from './slip.ts';
import { OPERATOR_NAMES, type Spot } from './spot.ts';

interface Kind {
  /** "A declaration". */
  readonly what: string;
  readonly hint: string;
}

const KINDS: Readonly<Record<string, Kind>> = {
  declaration: {
    what: 'A declaration',
    hint: 'it begins with `const`, `def`, `data`, `network`, `model`, `guide` or `run`',
  },
  dataLine: {
    what: 'A line of a `data` body',
    hint: 'write for example `x: image[28, 28, 1]` or `validation = split(train, 5_000)`',
  },
  networkLine: { what: 'A line of a `network`', hint: 'write a layer, for example `fc1 = dense(300)` or `relu`' },
  modelLine: { what: 'A line of a `model` or `guide`', hint: 'write for example `dense.weight ~ Normal(0, 1)`' },
  step: { what: 'A step', hint: 'it begins with `infer`, `prune`, `evaluate`, `require` or `export`' },
};

export function wrongStart(spot: Spot): Message | null {
  const kind = KINDS[spot.rule] ?? KINDS[ofBody(spot)];
  if (!spot.atStart || kind === undefined) return null;
  if (carriesOn(spot)) {
    const line = spot.before?.endLine;
    const hint =
      OPERATOR_NAMES.has(spot.kind) && line !== undefined
        ? `end line ${line} with ${spot.foundText}, or use brackets`
        : `put it on line ${line}, behind what it belongs to`;
    return {
      code: 'BP1034',
      text: `A line cannot begin with ${spot.foundText}.`,
      ...(line === undefined ? {} : { hint }),
    };
  }
  if (spot.rule === 'declaration' && spot.isKind('Ident')) return atFileLevel(spot, kind);
  return { code: 'BP1030', text: `${kind.what} cannot begin with ${spot.foundText}.`, hint: kind.hint };
}

/** A failed expression as the first token of a step. */
function ofBody(spot: Spot): string {
  return spot.body === 'run' ? 'step' : '';
}

function carriesOn(spot: Spot): boolean {
  if (spot.before === undefined) return false;
  const sign = OPERATOR_NAMES.has(spot.kind) && !spot.isKind('word_not');
  return (
    sign || spot.isKind('Comma', 'Dot', 'Colon', 'Eq', 'Tilde', 'Bar') || (spot.word !== null && JOINING.has(spot.word))
  );
}

const JOINING: ReadonlySet<string> = new Set([
  ...['in', 'with', 'on', 'from', 'where', 'by', 'lowest', 'highest', 'keep', 'until', 'while', 'per', 'to', 'except'],
  ...['of', 'over', 'as', 'extends', 'and', 'or', 'then', 'else', 'for', 'if'],
]);

function atFileLevel(spot: Spot, kind: Kind): Message {
  const name = spot.found.image;
  if (spot.after?.tokenType.name === 'Eq') {
    return {
      code: 'BP1030',
      text: `\`${name} = ...\` stands outside any body.`,
      hint: `a constant is written \`const ${name} = ...\``,
    };
  }
  if (spot.later('Tilde')) {
    return {
      code: 'BP1012',
      text: 'A distribution is given in a `model` or `guide`.',
      notes: ['This line stands outside any body.'],
    };
  }
  return { code: 'BP1030', text: `\`${name}\` does not begin a declaration.`, hint: kind.hint };
}

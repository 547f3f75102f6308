/**
 * Examples of diagnostic pages show the lines that matter. Here they are put into a small whole program, which draws its own
 * data, so that it can be checked and run as it stands.
 */
import type { Example, ExamplePlace } from '../../base/codes.ts';
import type { FileAccess } from '../../base/data.ts';

type Body = Exclude<ExamplePlace, 'file' | 'table' | 'command'>;

/** A declaration of the small program: its head, and the lines of its body by the name or word that they begin with. */
interface Part {
  readonly head: string;
  /** What stands before and behind the lines of an example, unless a line of the example begins with the same word. */
  readonly before: Readonly<Record<string, string>>;
  readonly behind: Readonly<Record<string, string>>;
  /** What stands there when there is no example. */
  readonly lines: string;
  /** A program may do without it. */
  readonly optional?: true;
}

const PARTS: Readonly<Record<Body, Part>> = {
  data: {
    head: 'data points = simulate(n = 100, test = 30)',
    before: { x: 'x: real[2] ~ Normal(0, 1)' },
    behind: { y: 'y: class[3] ~ Categorical(logits = [x[1], x[2], 0])' },
    lines: '',
  },
  network: {
    head: 'network net',
    before: { input: 'input real[2]' },
    behind: {},
    lines: 'fc1 = dense(8)\nrelu\nfc2 = dense(3)',
  },
  model: {
    head: 'model bayes',
    before: {},
    behind: { y: 'y ~ Categorical(logits = net(x))' },
    lines: '* ~ Normal(0, 1)',
  },
  guide: { head: 'guide', before: {}, behind: {}, lines: '', optional: true },
  run: {
    head: 'run on points',
    before: { infer: 'infer sgvb { epochs = 5 }\nfinal = evaluate on train { error }' },
    behind: {},
    lines: '',
  },
};

const ORDER: readonly Body[] = ['data', 'network', 'model', 'guide', 'run'];

/** The program of a page that reads the file `d.csv`. */
const READS_TABLE = 'data points = csv("d.csv") {\n  x: real[2], columns = ["a", "b"], standardise\n  y: class[3]\n}';

/** What `d.csv` holds where a page does not show it. */
export const TABLE = 'a,b,y\n0.5,1.5,0\n0.1,2.5,1\n0.2,0.5,2\n';

/** A program and the content of its `d.csv`; null for a command, of which there is nothing to check. */
export function wholeProgram(
  place: Example['place'],
  text: string,
): { readonly text: string; readonly table: string } | null {
  switch (place) {
    case 'command':
      return null;
    case 'table':
      return { text: around(READS_TABLE), table: text };
    case 'file':
      return { text: around(text), table: TABLE };
    default:
      return { text: ORDER.flatMap((body) => part(body, body === place ? text : null)).join('\n\n'), table: TABLE };
  }
}

/** Declarations that the text does not have come first: what the text leaves open cannot swallow them. */
function around(text: string): string {
  const missing = ORDER.filter((body) => !new RegExp(`^${body}\\b`, 'm').test(text));
  return [...missing.flatMap((body) => part(body, null)), text].join('\n\n');
}

function part(body: Body, text: string | null): string[] {
  const { head, before, behind, lines, optional } = PARTS[body];
  if (text === null && optional) return [];
  const own = text ?? lines;
  const added = (all: Readonly<Record<string, string>>) =>
    Object.entries(all).flatMap(([word, line]) => (new RegExp(`^(\\w+ = )?${word}\\b`, 'm').test(own) ? [] : [line]));
  const all = [...added(before), ...(own === '' ? [] : [own]), ...added(behind)];
  return [`${head} {\n${indented(all.join('\n'))}\n}`];
}

function indented(text: string): string {
  return text.replace(/^/gm, '  ');
}

/** A folder that holds `d.csv` and nothing else. */
export function folderOf(table: string): FileAccess {
  const bytes = new TextEncoder().encode(table);
  return {
    locate: async (written) => (written === 'd.csv' ? written : null),
    isDirectory: async () => false,
    list: async () => ['d.csv'],
    read: async () => bytes,
    readPart: async (_, offset, length) => bytes.slice(offset, offset + length),
    size: async () => bytes.length,
    join: (...parts) => parts.join('/'),
  };
}

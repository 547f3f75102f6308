/** A small interpreter of TextMate grammars: the first rule at the earliest place wins, line by line, as editors do it. */
import type { Rule } from '../../../src/tools/dev/textmate.ts';

/** The scope of each character; null where no rule reached. */
export function coloursOf(text: string, patterns: readonly Rule[]): (string | null)[] {
  const scopes: (string | null)[] = new Array<string | null>(text.length).fill(null);
  const open: Rule[] = [];
  let start = 0;
  for (const line of text.split('\n')) {
    colourLine(line, patterns, open, (from, to, name) => scopes.fill(name, start + from, start + to));
    start += line.length + 1;
  }
  return scopes;
}

type Paint = (from: number, to: number, name: string) => void;

interface Hit {
  readonly rule: Rule;
  readonly ends: boolean;
  readonly match: RegExpExecArray;
}

function colourLine(line: string, patterns: readonly Rule[], open: Rule[], paint: Paint): void {
  let at = 0;
  while (at <= line.length) {
    const around = open.at(-1);
    const hit = nextHit(line, at, around, around?.patterns ?? (around === undefined ? patterns : []));
    const { index } = hit?.match ?? { index: line.length };
    if (around !== undefined) paint(at, index, around.name!);
    if (hit === null) return;
    paintHit(hit, paint);
    if (hit.ends) open.pop();
    else if (hit.rule.begin !== undefined) open.push(hit.rule);
    const end = index + hit.match[0].length;
    // A rule that matches nothing would hold the line for ever, unless it closes another.
    at = end === at && !hit.ends ? at + 1 : end;
    if (at === line.length && open.length === 0) return;
  }
}

function nextHit(line: string, at: number, around: Rule | undefined, rules: readonly Rule[]): Hit | null {
  const tried: (Hit | null)[] = [
    around === undefined ? null : found(around.end!, line, at, around, true),
    ...rules.map((rule) => found(rule.match ?? rule.begin!, line, at, rule, false)),
  ];
  return tried.reduce(
    (best, hit) => (hit !== null && (best === null || hit.match.index < best.match.index) ? hit : best),
    null,
  );
}

function found(pattern: string, line: string, at: number, rule: Rule, ends: boolean): Hit | null {
  const search = new RegExp(pattern, 'dg');
  search.lastIndex = at;
  const match = search.exec(line);
  return match === null ? null : { rule, ends, match };
}

function paintHit({ rule, match }: Hit, paint: Paint): void {
  if (rule.name !== undefined) paint(match.index, match.index + match[0].length, rule.name);
  for (const [i, { name }] of Object.entries(rule.captures ?? {})) {
    const place = match.indices![Number(i)];
    if (place !== undefined) paint(place[0], place[1], name);
  }
}

/** Draws the grammar as railroad diagrams, from the parser itself: `npx tsx src/tools/dev/railroad.ts` writes `grammar/railroad.html`. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { grammarRules, HIDDEN, type Part, terminal } from './ebnf.ts';

/** A piece of track: enters at its left end, leaves at its right end on the same height. */
interface Track {
  readonly width: number;
  /** Room above and below the line. */
  readonly up: number;
  readonly down: number;
  draw(x: number, y: number): string;
}

const HALF = 11;
const GAP = 10;
const TURN = 10;
const LETTER = 7.3;

function box(text: string, rule: boolean): Track {
  const width = Math.ceil(text.length * LETTER) + 18;
  const shown = escaped(text);
  return {
    width,
    up: HALF,
    down: HALF,
    draw(x, y) {
      const shape = `<rect x="${x}" y="${y - HALF}" width="${width}" height="${2 * HALF}"${rule ? '' : ' rx="11"'}/>`;
      const label = `<text x="${x + width / 2}" y="${y + 4}">${shown}</text>`;
      return rule ? `<a href="#${text}">${shape}${label}</a>` : `<g class="t">${shape}${label}</g>`;
    },
  };
}

const nothing: Track = { width: 0, up: 0, down: 0, draw: () => '' };

function row(tracks: readonly Track[]): Track {
  if (tracks.length === 0) return nothing;
  const width = tracks.reduce((sum, t) => sum + t.width, GAP * (tracks.length - 1));
  return {
    width,
    up: Math.max(...tracks.map((t) => t.up)),
    down: Math.max(...tracks.map((t) => t.down)),
    draw(x, y) {
      let at = x;
      return tracks
        .map((track, i) => {
          const link = i === 0 ? '' : path(`M${at} ${y}h${GAP}`);
          at += i === 0 ? 0 : GAP;
          const drawn = link + track.draw(at, y);
          at += track.width;
          return drawn;
        })
        .join('');
    },
  };
}

/** One of several: the first on the line, the others below it. */
function choice(tracks: readonly Track[]): Track {
  const [first, ...others] = tracks as [Track, ...Track[]];
  const inner = Math.max(...tracks.map((t) => t.width));
  const offsets: number[] = [];
  let down = first.down;
  for (const track of others) {
    offsets.push(down + GAP + Math.max(track.up, TURN));
    down = offsets.at(-1)! + track.down;
  }
  return {
    width: inner + 4 * TURN,
    up: first.up,
    down,
    draw(x, y) {
      const left = x + 2 * TURN;
      const right = x + inner + 4 * TURN;
      const main = path(`M${x} ${y}h${2 * TURN}`) + first.draw(left, y) + path(`M${left + first.width} ${y}H${right}`);
      const rest = others.map((track, i) => {
        const dy = offsets[i]!;
        const into = path(`M${x} ${y}q${TURN} 0 ${TURN} ${TURN}v${dy - 2 * TURN}q0 ${TURN} ${TURN} ${TURN}`);
        const out = `M${left + track.width} ${y + dy}H${right - 2 * TURN}q${TURN} 0 ${TURN} ${-TURN}V${y + TURN}q0 ${-TURN} ${TURN} ${-TURN}`;
        return into + track.draw(left, y + dy) + path(out);
      });
      return main + rest.join('');
    },
  };
}

const optional = (track: Track): Track => choice([nothing, track]);

/** Once or more, with a piece on the way back. */
function loop(track: Track, back: Track): Track {
  const inner = Math.max(track.width, back.width);
  const dy = track.down + GAP + Math.max(back.up, TURN);
  const width = inner + 2 * TURN;
  return {
    width,
    up: track.up,
    down: dy + back.down,
    draw(x, y) {
      const left = x + TURN;
      const main = path(`M${x} ${y}h${TURN}`) + track.draw(left, y) + path(`M${left + track.width} ${y}H${x + width}`);
      const middle = left + (inner - back.width) / 2;
      const turn = `q${TURN} 0 ${TURN} ${TURN}v${dy - 2 * TURN}q0 ${TURN} ${-TURN} ${TURN}`;
      const right = path(`M${left + inner} ${y}${turn}H${middle + back.width}`);
      const returns = `M${middle} ${y + dy}H${left}q${-TURN} 0 ${-TURN} ${-TURN}v${2 * TURN - dy}q0 ${-TURN} ${TURN} ${-TURN}`;
      return main + right + back.draw(middle, y + dy) + path(returns);
    },
  };
}

function trackOf(part: Part): Track {
  const inner = () => row((part.definition ?? []).map(trackOf));
  const separator = () => box(unquoted(part.separator!.name), false);
  switch (part.type) {
    case 'Terminal':
      return box(unquoted(part.name!), false);
    case 'NonTerminal':
      return box(part.nonTerminalName ?? part.name!, true);
    case 'Option':
      return optional(inner());
    case 'Repetition':
      return optional(loop(inner(), nothing));
    case 'RepetitionWithSeparator':
      return optional(loop(inner(), separator()));
    case 'RepetitionMandatoryWithSeparator':
      return loop(inner(), separator());
    case 'Alternation': {
      const open = (part.definition ?? []).filter((alternative) => !isHidden(alternative));
      return open.length === 1 ? trackOf(open[0]!) : choice(open.map(trackOf));
    }
    default:
      return inner();
  }
}

function isHidden(alternative: Part): boolean {
  const [first] = alternative.definition ?? [];
  return first?.type === 'NonTerminal' && (first.nonTerminalName ?? first.name) === HIDDEN;
}

function unquoted(name: string): string {
  return terminal(name).replace(/^"(.*)"$/, '$1');
}

function path(d: string): string {
  return `<path d="${d}"/>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function diagram(rule: Part): string {
  const track = row((rule.definition ?? []).map(trackOf));
  const [width, height, y] = [track.width + 40, track.up + track.down + 20, track.up + 10];
  const ends = `M10 ${y - 6}v12M10 ${y}h10M${20 + track.width} ${y}h10m0 -6v12`;
  const svg = `<svg width="${width}" height="${height}" role="img" aria-label="${rule.name}">${path(ends)}${track.draw(20, y)}</svg>`;
  return `<h2 id="${rule.name}">${rule.name}</h2>\n${svg}`;
}

const STYLE = `body { font: 15px system-ui, sans-serif; margin: 2em; background: #fff; color: #222; }
h2 { font: 600 14px ui-monospace, monospace; margin: 1.6em 0 0.4em; }
svg { display: block; font: 12px ui-monospace, monospace; }
path { fill: none; stroke: #555; stroke-width: 1.5; }
rect { fill: #eef3fb; stroke: #456; }
.t rect { fill: #f6f1e3; stroke: #764; }
text { text-anchor: middle; fill: #222; }`;

/** The whole file. */
export function railroad(): string {
  return [
    '<!doctype html>',
    '<!-- The grammar of bprune, drawn by src/tools/dev/railroad.ts from the parser. Do not edit. -->',
    '<html lang="en"><head><meta charset="utf-8"><title>The grammar of bprune</title>',
    `<style>\n${STYLE}\n</style></head><body>`,
    '<h1>The grammar of bprune</h1>',
    '<p>Square boxes are rules, round ones are what is written. <code>Sep</code> is a line end or <code>;</code>.</p>',
    ...grammarRules().map(diagram),
    '</body></html>',
    '',
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(fileURLToPath(new URL('../../../grammar/railroad.html', import.meta.url)), railroad());
}

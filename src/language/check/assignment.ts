/** Which line of a model or of a guide gives each site its distribution. */
import { replacement } from '../../base/fix.ts';
import type { SiteLine } from '../syntax/ast.ts';
import type { CheckedNetwork } from './checked.ts';
import type { Context } from './context.ts';
import { listed } from './report.ts';
import { selectSites } from './selectors.ts';

export interface LineKind {
  /** Of the mistake that two lines reach one site. */
  readonly code: string;
  readonly noun: 'prior' | 'guide';
}

/**
 * Which line gives each site its distribution: one line, or the one that says `override`. Used for priors and guides.
 * `elsewhere`: paths that have one already, from a model that this one extends.
 */
export function assignLines(
  ctx: Context,
  lines: readonly SiteLine[],
  network: CheckedNetwork,
  kind: LineKind,
  elsewhere: ReadonlySet<string> = new Set(),
): ReadonlyMap<string, SiteLine> {
  const plain = new Map<string, SiteLine>();
  const overriding = new Map<string, SiteLine>();
  for (const line of lines) {
    const table = line.override ? overriding : plain;
    const twice: string[] = [];
    for (const site of selectSites(ctx, line.target, network)) {
      const earlier = table.get(site.path);
      if (earlier === undefined) table.set(site.path, line);
      else if (earlier !== line) twice.push(site.path);
    }
    const [first] = twice;
    if (first !== undefined) saySecond(ctx, line, table.get(first)!, twice, kind);
  }
  for (const line of new Set(overriding.values())) {
    const paths = [...overriding].filter(([, l]) => l === line).map(([path]) => path);
    if (paths.some((path) => plain.has(path) || elsewhere.has(path))) continue;
    ctx.report.say('BP4011', line.span, `\`override\`, but no other line gives ${listed(paths)} a ${kind.noun}`, {
      severity: 'warning',
      hint: 'leave `override` out',
      fix: replacement({ ...line.span, end: line.target.span.start }, ''),
    });
  }
  return new Map([...plain, ...overriding]);
}

export function saySecond(
  ctx: Context,
  line: SiteLine,
  earlier: SiteLine,
  paths: readonly string[],
  { code, noun }: LineKind,
): void {
  const second = line.override ? `second \`override\` of its ${noun}` : `second ${noun}`;
  const verb = paths.length === 1 ? 'gets' : 'get';
  ctx.report.say(code, line.span, `${listed(paths)} ${verb} a ${second}`, {
    labels: [{ span: earlier.span, message: `given a ${noun} here first` }],
    hint: line.override
      ? 'leave one of the two out'
      : 'write `override` before the line that shall win, or reach fewer parameters with one of the two',
    fix: line.override ? null : replacement({ ...line.span, end: line.span.start }, 'override '),
  });
}

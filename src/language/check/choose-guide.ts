/** Which guide a step uses. */
import type { GuideDeclaration } from '../syntax/ast.ts';
import type { Context } from './context.ts';
import { suggested } from './report.ts';

/**
 * The guide that a step uses: the named one, the model's own, or the only one there is. Undefined after a report. Where none is
 * `needed`, since the engine has one family for all sites, several that nothing tells apart are none.
 */
export function chooseGuide(
  ctx: Context,
  written: { readonly name: string; readonly span: GuideDeclaration['span'] } | null,
  modelName: string | null,
  place: GuideDeclaration['span'],
  needed = true,
): GuideDeclaration | null | undefined {
  const { guides, incomplete } = ctx.declarations;
  if (written !== null) {
    const found = guides.find((g) => g.name?.name === written.name);
    if (found !== undefined) return found;
    const names = guides.flatMap((g) => (g.name === null ? [] : [g.name.name]));
    if (!incomplete) {
      ctx.report.say('BP2001', written.span, `there is no guide \`${written.name}\``, {
        ...suggested(written, names, 'the guides are', { none: 'declare it: `guide NAME { ... }`' }),
      });
    }
    return undefined;
  }
  const own = guides.filter((g) => g.model !== null && g.model.name === modelName);
  const open = guides.filter((g) => g.model === null);
  const candidates = own.length > 0 ? own : open;
  const nameless = candidates.filter((g) => g.name === null);
  const [only] = nameless.length > 0 ? nameless : candidates;
  if ((nameless.length > 0 ? nameless : candidates).length <= 1) return only ?? null;
  for (const guide of candidates) ctx.used.add(guide);
  if (!needed) return null;
  const names = candidates.flatMap((g) => (g.name === null ? [] : [g.name.name]));
  ctx.report.say('BP2018', place, 'there is more than one guide, and nothing says which', {
    labels: candidates.map((g) => ({ span: g.name?.span ?? g.span, message: 'a guide' })),
    hint: names.length === 0 ? 'name the guides, and write `with NAME`' : `write \`with ${names[0]}\``,
  });
  return undefined;
}

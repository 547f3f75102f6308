/** `:prior SELECTOR`: the sites that it reaches, each with its shape, prior, guide and the line that says so. */
import { hasErrors } from '../../../base/diagnostic.ts';
import { formatShape } from '../../../base/host-array.ts';
import { positionAt } from '../../../base/span.ts';
import type { CheckedGuideSite, CheckedSite } from '../../../language/check/checked.ts';
import {
  formatDistribution,
  formatExpr,
  formatNumber,
  formatPrior,
  inspectSelectors,
} from '../../../language/index.ts';
import { catalogue } from '../../../runtime/index.ts';
import { table } from '../../explain/table.ts';
import { type Command, firstStep, notYet, type Session } from './command.ts';

export const priorCommand: Command = {
  name: 'prior',
  argument: '[SELECTOR]',
  names: 'sites',
  doc: 'prior and guide of the sites that a selector reaches',
  async run(session, argument) {
    const run = session.workspace.checked?.runs[0];
    const infer = run === undefined ? null : firstStep(run, 'infer');
    const model = infer?.model ?? session.workspace.checked?.models[0];
    if (model === undefined) throw notYet(session, 'there is no model yet', 'a model needs data and a network, too');
    const inputs = { catalogue, facts: new Map(), overrides: new Map() };
    const selectors = argument.text.trim() === '' ? { ...argument, text: '*' } : argument;
    const { paths, diagnostics } = inspectSelectors(selectors, inputs, model.network);
    if (hasErrors(diagnostics)) return diagnostics;
    const sites = model.sites.filter((s) => paths.includes(s.path));
    const guides = new Map((infer?.guide ?? []).map((g) => [g.site, g]));
    const rows = sites.map((s) => [
      s.path,
      formatShape(s.shape),
      s.param === undefined ? formatDistribution(s.prior) : formatPrior(s),
      s.param === undefined ? guideText(guides.get(s.path)) : 'none',
      lineOf(session, s),
    ]);
    session.say(`model ${model.name}\n${table([['site', 'shape', 'prior', 'guide', 'line'], ...rows])}`);
    return diagnostics;
  },
};

/** The families are chosen by the engine: without a run there are none. */
function guideText(guide: CheckedGuideSite | undefined): string {
  if (guide === undefined) return '-';
  const args = Object.entries(guide.args).flatMap(([name, value]) => {
    const expression = guide.expressions?.[name];
    if (expression !== undefined) return [`${name} = ${formatExpr(expression)}`];
    return value === null ? [] : [`${name} = ${formatNumber(Number(value.toPrecision(5)))}`];
  });
  return `${guide.family}(${args.join(', ')})`;
}

function lineOf(session: Session, site: CheckedSite): string {
  const { composition } = session.workspace;
  const place = composition.written(site.priorSpan);
  const text = composition.sources.get(place.source) ?? '';
  return `${place.source}:${positionAt({ name: place.source, text }, place.start).line}`;
}

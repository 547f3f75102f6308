/** The draw of a density of the program's own: it must follow the density. */
import type { Expr } from '../../base/expr.ts';
import { compileNumber } from '../evaluate/function.ts';
import { type Integral, integrateDensity } from '../evaluate/quadrature.ts';
import type { Context } from './context.ts';
import { formatNumber } from './format.ts';
import { namesIn } from './live.ts';
import { type Body, integralAt, shownValues, type Values } from './normalisation.ts';

/** Bounded functions whose means under the draw and under the density are compared: where the mass lies, and how wide. */
const PROBES: readonly { readonly text: string; at(x: number): number }[] = [
  { text: '1 / (1 + exp(-x))', at: (x) => 1 / (1 + Math.exp(-x)) },
  { text: '1 / (1 + x ^ 2)', at: (x) => 1 / (1 + x * x) },
];
const TOLERANCE = 1e-5;
const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

/** The mean of `f` of the draw by quadrature over the one kind of noise that it is made of; null where it is made of both. */
function meanOfDraw(draw: Expr, values: Values, f: (x: number) => number): Integral | null {
  const names = namesIn(draw);
  if (names.has('normal') && names.has('uniform')) return null;
  const x = compileNumber(draw);
  if (names.has('normal')) {
    const log = (z: number) => -0.5 * z * z - HALF_LOG_TWO_PI;
    return integrateDensity(log, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, (z) =>
      f(x({ ...values, normal: z })),
    );
  }
  return integrateDensity(
    () => 0,
    0,
    1,
    (u) => f(x({ ...values, uniform: u })),
  );
}

/** False after a report. What quadrature cannot decide is passed. */
export function drawFollows(ctx: Context, name: string, body: Body, draw: Expr, values: Values): boolean {
  for (const probe of PROBES) {
    const drawn = meanOfDraw(draw, values, probe.at);
    const said = integralAt(body, values, probe.at);
    if (drawn?.kind !== 'finite' || said.kind !== 'finite') continue;
    if (Math.abs(drawn.value - said.value) <= TOLERANCE + drawn.error + said.error) continue;
    const [ofDraw, ofLog] = [drawn.value, said.value].map((v) => formatNumber(Number(v.toPrecision(5))));
    ctx.report.say('BP4022', draw.span, `\`draw\` of density \`${name}\` does not follow its \`log\``, {
      notes: [
        `the mean of ${probe.text.replaceAll('x', body.variable)}${shownValues(values)}: ${ofDraw} by \`draw\`, ${ofLog} by \`log\``,
      ],
      hint: 'for one number put the inverse of the distribution function of `uniform` here, or leave `draw` out',
    });
    return false;
  }
  return true;
}

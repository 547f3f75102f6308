/** The line of a model that observes a column: which network sees which column, and whether all shapes fit. */
import type { DistributionSignature } from '../../base/catalogue.ts';
import { countOf } from '../../base/counts.ts';
import type { DataRequest, SeenColumn } from '../../base/data.ts';
import type { Fix } from '../../base/diagnostic.ts';
import { type Expr, partsOf } from '../../base/expr.ts';
import { replacement } from '../../base/fix.ts';
import { formatShape, sizeOf } from '../../base/host-array.ts';
import type { NetworkDeclaration, SiteLine } from '../syntax/ast.ts';
import type { Bindings, OwnNames } from './bindings.ts';
import type { CheckedDistribution, CheckedLikelihood } from './checked.ts';
import { close, isCallable, type Scope } from './closing.ts';
import { formatColumnType } from './column-types.ts';
import type { Context } from './context.ts';
import { checkDistribution } from './distribution.ts';
import { columnsIn } from './likelihood-columns.ts';
import type { Networks } from './network.ts';
import { listed } from './report.ts';
import { type Application, RowExpressions } from './row-expressions.ts';
import { supportsOf } from './supports.ts';
import { typeOf } from './types.ts';

export interface LikelihoodParts {
  readonly line: SiteLine;
  readonly observed: SeenColumn;
  readonly data: DataRequest;
  readonly bindings: Bindings;
  readonly rows: number | null;
  /** Latents, `param`s and quantities of the model. */
  readonly own: OwnNames;
}

/** The column that a line's target names, if it names one. */
export function observedColumn(line: SiteLine, data: DataRequest): SeenColumn | null {
  const [selector, ...others] = line.target.include;
  const [segment, ...more] = selector?.segments ?? [];
  if (segment === undefined || others.length + more.length + line.target.except.length > 0) return null;
  if (segment.indices.length + segment.args.length > 0) return null;
  return data.seen.find((c) => c.name === segment.pattern) ?? null;
}

export class LikelihoodCheck {
  private readonly ctx: Context;
  private readonly parts: LikelihoodParts;
  private readonly expressions: RowExpressions;

  constructor(ctx: Context, networks: Networks, parts: LikelihoodParts) {
    this.ctx = ctx;
    this.parts = parts;
    this.expressions = new RowExpressions(ctx, networks, { ...parts, mentionsObserved: false });
  }

  /** `application` is given also where the distribution itself is wrong, so that selectors can still be checked. */
  run(): { readonly application: Application | null; readonly likelihood: CheckedLikelihood | null } {
    const { line, observed } = this.parts;
    const scope = this.expressions.scope();
    const distribution = checkDistribution(this.ctx, line.distribution, 'likelihood', scope);
    this.readUnknown(line.distribution, scope);
    const { application, failed } = this.expressions;
    if (application === null) {
      if (distribution !== null && !failed) this.sayNoNetwork();
      return { application, likelihood: null };
    }
    if (distribution === null || failed || !this.fits(distribution, scope)) {
      return { application, likelihood: null };
    }
    this.warnOfProbabilities(distribution);
    const { name: column, type: columnType } = observed;
    const columns = columnsIn(distribution, this.parts.data, application.instance.network.name);
    return { application, likelihood: { observed: column, columnType, columns, distribution, span: line.span } };
  }

  /**
   * The arguments of a distribution that there is not, which nobody has looked at: for the network that one of them applies, on which
   * other lines depend, and for their own mistakes.
   */
  private readUnknown(expr: Expr, scope: Scope): void {
    if (expr.kind !== 'call' || expr.callee.kind !== 'name') return;
    if (isCallable(this.ctx, expr.callee.name) || this.expressions.isNetwork(expr.callee.name)) return;
    for (const part of partsOf(expr)) close(this.ctx, part, scope);
  }

  /** Logits straight from a network whose last layer makes probabilities: they would be made twice. */
  private warnOfProbabilities({ name, args }: CheckedDistribution): void {
    const { declaration, network } = this.expressions.application!.instance;
    const logits = args.find((a) => a.name === 'logits')?.expr;
    const last = declaration.lines.at(-1);
    if (logits?.kind !== 'call' || logits.callee.kind !== 'name' || logits.callee.name !== network.name) return;
    if (last?.kind !== 'layer' || last.layer.name !== this.ctx.catalogue.distributions.get(name)?.inverseLink) return;
    const layer = last.layer.name;
    this.ctx.report.say(
      'BP4015',
      logits.span,
      `\`${network.name}\` ends with \`${layer}\`, but \`${name}\` takes logits`,
      {
        severity: 'warning',
        labels: [{ span: last.span, message: 'makes probabilities' }],
        hint: `leave \`${layer}\` out: \`${name}\` makes probabilities of logits itself`,
        fix: replacement(last.span, ''),
      },
    );
  }

  private sayNoNetwork(): void {
    const { line, data, observed } = this.parts;
    const inputs = data.seen.filter((c) => c !== observed).map((c) => c.name);
    const [network] = this.ctx.declarations.networks.keys();
    this.ctx.report.say('BP4009', line.span, `the likelihood of \`${observed.name}\` does not depend on a network`, {
      hint: `apply a network to a column: \`${network ?? 'net'}(${inputs[0] ?? 'x'})\``,
    });
  }

  private fits(distribution: CheckedDistribution, scope: Scope): boolean {
    const record = this.ctx.catalogue.distributions.get(distribution.name)!;
    return this.supportFits(record, distribution) && this.outputsFit(distribution, record, scope);
  }

  private supportFits(record: DistributionSignature, distribution: CheckedDistribution): boolean {
    const { observed } = this.parts;
    const wanted = supportsOf(observed.type);
    if (wanted.includes(record.support)) return true;
    const fitting = [...this.ctx.catalogue.distributions].filter(
      (d) => d.roles.includes('likelihood') && wanted.includes(d.support),
    );
    const hint = fitting.length === 0 ? 'observe another column' : `use ${listed(fitting.map((d) => d.name))}`;
    this.ctx.report.say(
      'BP4010',
      distribution.span,
      `\`${record.name}\` does not fit \`${observed.name}\`, which is ${formatColumnType(observed.type)}`,
      { labels: [{ span: observed.span, message: 'declared here' }], hint },
    );
    return false;
  }

  /** As many numbers as the column has classes, or numbers. */
  private outputsFit(distribution: CheckedDistribution, record: DistributionSignature, scope: Scope): boolean {
    const { observed } = this.parts;
    const { network, declaration } = this.expressions.application!.instance;
    const last = network.layers.at(-1);
    // Of two classes, `Bernoulli` takes the log odds of one.
    const classes = observed.type.kind === 'class' && record.support === 'class' ? observed.type.classes : 1;
    const wanted = observed.type.kind === 'class' ? classes : sizeOf(observed.type.shape);
    for (const argument of distribution.args) {
      const { shape } = typeOf(this.ctx, argument.expr, scope);
      const size = sizeOf(shape);
      const vector = record.params.find((p) => p.name === argument.name)?.constraint === 'vector';
      if (size === wanted || (shape.length === 0 && !vector)) continue;
      const type = formatColumnType(observed.type);
      this.ctx.report.say(
        'BP3003',
        argument.expr.span,
        `\`${observed.name}\` is ${type} and needs ${countOf(wanted, 'output')}, but \`${network.name}\` has ${shape.length === 1 ? size : formatShape(shape)}`,
        {
          labels: [
            { span: observed.span, message: `${type} is declared here` },
            ...(last === undefined ? [] : [{ span: last.span, message: `gives ${formatShape(last.outputShape)}` }]),
          ],
          hint: `end the network with ${countOf(wanted, 'output')}, such as \`dense(${wanted})\``,
          fix: otherWidth(declaration, wanted),
        },
      );
      return false;
    }
    return true;
  }
}

/** The last line of the network with so many outputs, where that is a number in a `dense` layer. */
function otherWidth({ lines }: NetworkDeclaration, outputs: number): Fix | null {
  const last = lines.at(-1);
  const width = last?.kind === 'layer' && last.layer.name === 'dense' ? last.args[0]?.value : undefined;
  return width?.kind === 'number' ? replacement(width.span, String(outputs)) : null;
}

/** `export safetensors, report`. */
import type { ExportStep } from '../../syntax/ast.ts';
import type { PlanExport } from '../checked.ts';
import { formatExpr } from '../format.ts';
import { sayUnavailable } from '../later.ts';
import { sayPlanned } from '../planned.ts';
import { suggestedAt } from '../report.ts';
import type { RunCheck, StepBase } from '../run.ts';

/** A report tells about the whole run, also where no posterior is in hand: after a sweep that begins with inferences. */
function withoutState(run: RunCheck, step: ExportStep): boolean {
  if (run.current !== null || !step.formats.every((f) => f.kind === 'name' && f.name === 'report')) return false;
  sayUnavailable(run.ctx.report, step.span, '`export report` without a posterior');
  return true;
}

export function exportStep(run: RunCheck, step: ExportStep, base: StepBase): PlanExport | null {
  const { report, catalogue } = run.ctx;
  const before = report.errors;
  const state = withoutState(run, step) ? null : run.posterior(step, 'export');
  const formats: string[] = [];
  for (const format of step.formats) {
    if (format.kind === 'error') return null;
    const shown = formatExpr(format);
    if (format.kind === 'name' && catalogue.exporters.has(format.name)) formats.push(format.name);
    else if (!sayPlanned(report, 'export format', shown, format.span)) {
      report.say('BP2001', format.span, `there is no export format \`${shown}\``, {
        ...suggestedAt(format.span, shown, catalogue.exporters.names, 'the formats are'),
      });
    }
  }
  for (const setting of step.options?.settings ?? []) {
    report.say('BP2013', setting.name.span, '`export` has no options', { hint: 'leave the braces out' });
  }
  const model = state?.model.model ?? null;
  if (report.errors > before || model === null) return null;
  const scaled = model.sites.find((site) => site.scale !== undefined);
  if (scaled !== undefined) sayUnavailable(report, step.span, `an export of the non-centred \`${scaled.path}\``);
  return { kind: 'export', ...base, model, formats: [...new Set(formats)] };
}

/** `export`: writes the state in the formats that the program names. */
import type { PlanExport } from '../../language/check/checked.ts';
import { exporters } from '../export/index.ts';
import { posteriorOf, resultOf, type StepKind } from './step.ts';

export const exportStep: StepKind<PlanExport> = {
  kind: 'export',
  async run(step, state, context) {
    const files: string[] = [];
    for (const format of step.formats) {
      const exporter = exporters.get(format);
      if (exporter === undefined) throw new Error(`internal: exporter ${format} is not registered`);
      await context.record.file(exporter.file, exporter.write(step.model, posteriorOf(state)));
      files.push(exporter.file);
    }
    return { state, result: resultOf(step, { details: { files } }) };
  },
};

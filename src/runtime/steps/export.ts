/** `export`: writes the state in the formats that the program names. */
import type { PlanExport } from '../../language/check/checked.ts';
import { exporters } from '../export/index.ts';
import { posteriorOf, resultOf, type StepKind } from './step.ts';

/** `exports/path-2/weights.safetensors` in the second job of `path`: no job writes over another. */
function inJob(file: string, job: string | null): string {
  if (job === null) return file;
  const slash = file.lastIndexOf('/');
  const folder = job.replace(/\[(\d+)\]/g, '-$1').replaceAll('.', '/');
  return `${file.slice(0, slash + 1)}${folder}${file.slice(slash)}`;
}

export const exportStep: StepKind<PlanExport> = {
  kind: 'export',
  async run(step, state, context) {
    const files: string[] = [];
    for (const format of step.formats) {
      const exporter = exporters.get(format);
      if (exporter === undefined) throw new Error(`internal: exporter ${format} is not registered`);
      const file = inJob(exporter.file, step.job);
      await context.record.file(file, exporter.write(step.model, posteriorOf(state)));
      files.push(file);
    }
    return { state, result: resultOf(step, { details: { files } }) };
  },
};

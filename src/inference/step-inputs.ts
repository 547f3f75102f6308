/** What a step of an engine with guides reads: parameters, sites as it sees them, the batch, running statistics. */
import type { Ref } from '../graph/builder.ts';
import { batchOf } from '../model/batch-values.ts';
import type { SiteView } from '../model/guide.ts';
import type { StepProgramBuilder } from '../model/step-program.ts';
import type { PassInputs } from './variational-pass.ts';
import { found, maskSpec, parameterSpec, type Setup, statisticsState } from './variational-setup.ts';

/** The parameters of all sites by the names of their tensors. */
export function parametersOf({ sites }: Setup, program: StepProgramBuilder): ReadonlyMap<string, Ref> {
  const specs = sites.flatMap((guided) => guided.family.parameters.map((p) => parameterSpec(guided, p)));
  return new Map(specs.map((spec) => [spec.name, program.state(spec)]));
}

/** What all samples have in common, read in `program`; without draws of gates. */
export function inputsOf(setup: Setup, program: StepProgramBuilder, rows: number): Omit<PassInputs, 'gates'> {
  const views = viewsOf(setup, program);
  const running = new Map(statisticsState(setup).map((spec) => [spec.name, program.state(spec)]));
  return {
    rows,
    batch: batchOf(program, setup.request.density, rows),
    views,
    stored: (path) => found(running.get(path), `statistic ${path}`),
  };
}

function viewsOf({ sites }: Setup, program: StepProgramBuilder): ReadonlyMap<string, SiteView> {
  return new Map(
    sites.map((guided) => {
      const { site, family, mask, guide } = guided;
      const read = (parameter: string) => program.state(parameterSpec(guided, parameter));
      const kept = mask === null ? null : program.state(maskSpec(site));
      return [site.path, family.view(program.graph, site, read, kept, guide)];
    }),
  );
}

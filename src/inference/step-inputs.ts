/** What a step of an engine with guides reads: parameters, sites as it sees them, the batch, running statistics. */
import type { Ref } from '../graph/builder.ts';
import { batchOf } from '../model/batch-values.ts';
import type { SiteView } from '../model/guide.ts';
import type { StepProgramBuilder } from '../model/step-program.ts';
import type { PassInputs } from './variational-pass.ts';
import { found, maskName, parameterName, type Setup, statisticsState, tensor } from './variational-setup.ts';

/** The parameters of all sites by the names of their tensors. */
export function parametersOf({ sites }: Setup, program: StepProgramBuilder): ReadonlyMap<string, Ref> {
  const specs = sites.flatMap(({ site, family }) => family.parameters.map((p) => tensor(site, parameterName(site, p))));
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
    sites.map(({ site, family, mask }) => {
      const read = (parameter: string) => program.state(tensor(site, parameterName(site, parameter)));
      const kept = mask === null ? null : program.state(tensor(site, maskName(site)));
      return [site.path, family.view(program.graph, site, read, kept)];
    }),
  );
}

/** What a step of an engine with guides reads: parameters, sites as it sees them, the batch, running statistics. */
import type { Ref } from '../graph/builder.ts';
import { batchOf } from '../model/batch-values.ts';
import type { SiteView } from '../model/guide.ts';
import { expressedParameter, valueOfParamIn } from '../model/guide-expressions.ts';
import { isParam } from '../model/params.ts';
import type { StepProgramBuilder } from '../model/step-program.ts';
import type { PassInputs } from './variational-pass.ts';
import { found, maskSpec, parameterSpec, type Setup, statisticsState } from './variational-setup.ts';

/** The parameters of all sites by the names of their tensors. */
export function parametersOf({ sites }: Setup, program: StepProgramBuilder): ReadonlyMap<string, Ref> {
  const specs = sites.flatMap((guided) => guided.learned.map((p) => parameterSpec(guided, p)));
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
  const b = program.graph;
  const params = new Map(sites.filter(({ site }) => isParam(site)).map((guided) => [guided.site.path, guided]));
  const valueAt = (path: string) => {
    const guided = found(params.get(path), `param ${path}`);
    return valueOfParamIn(b, guided.site, program.state(parameterSpec(guided, 'mean')));
  };
  return new Map(
    sites.map((guided) => {
      const { site, family, mask, guide } = guided;
      const read = (parameter: string) =>
        expressedParameter(b, guided, parameter, valueAt) ?? program.state(parameterSpec(guided, parameter));
      const kept = mask === null ? null : program.state(maskSpec(site));
      return [site.path, family.view(b, site, read, kept, guide)];
    }),
  );
}

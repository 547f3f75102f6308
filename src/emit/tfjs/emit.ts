/** A run plan as a standalone project of plain TensorFlow.js. */
import type { CheckedModel, RunPlan } from '../../language/check/checked.ts';
import type { Emission, EmitRequest } from '../emitted.ts';
import {
  blank,
  call,
  constant,
  id,
  literal,
  type Module,
  member,
  object,
  run,
  type Statement,
} from '../target/javascript.ts';
import { printModule } from '../target/print.ts';
import { emitData } from './data.ts';
import { emitNetwork, emitParameters } from './network.ts';
import { emitLikelihood, emitObjective } from './objective.ts';
import { packageFiles } from './package.ts';
import { readme } from './readme.ts';
import { emitSteps, type ModelNames } from './steps.ts';
import { titleOf } from './title.ts';
import { Writer } from './writer.ts';

/** The files of the project, or what of the program it cannot have. */
export function emitTfjs(request: EmitRequest): Emission {
  const writer = new Writer(request.source);
  const trainer = emitTrainer(writer, request);
  if (writer.refusals.length > 0) return { ok: false, diagnostics: writer.refusals };
  const files = new Map<string, string | Uint8Array>([
    ['trainer.js', printModule(trainer)],
    ...packageFiles(request),
    ['README.md', readme(request)],
  ]);
  for (const [path, content] of request.templates) if (!files.has(path)) files.set(path, content);
  for (const { path, content } of request.inputs.files) if (!files.has(path)) files.set(path, content);
  return { ok: true, files: [...files].map(([path, content]) => ({ path, content })) };
}

function emitTrainer(writer: Writer, { plan, source, seed }: EmitRequest): Module {
  const data = writer.shared(plan.data.name);
  const { namesOf, statements } = emitModels(writer, plan);
  const loading = emitData(writer, plan.data, data);
  const { functions, body } = emitSteps({ writer, data, namesOf }, plan.steps);
  const options = call(writer.use('readArguments'), object({ seed: literal(seed) }));
  const start: Statement[] = [
    constant('options', options),
    run({ kind: 'await', operand: call(writer.use('startBackend'), member(id('options'), 'backend')) }),
  ];
  return {
    header: [...titleOf(source.text), `Compiled from the run \`${plan.name}\` of ${baseName(source.name)}.`],
    body: [...writer.imports(), blank, ...start, blank, ...loading, ...statements, ...functions, ...body],
  };
}

/** The functions and tables of every model that the run uses, each once. */
function emitModels(writer: Writer, plan: RunPlan) {
  const models = new Map<CheckedModel, ModelNames>();
  const networks = new Map<string, string>();
  const statements: Statement[] = [];
  const add = (model: CheckedModel): ModelNames => {
    const twin = [...models].find(([other]) => other.name === model.name && sameJson(other, model));
    if (twin !== undefined) return twin[1];
    let network = networks.get(model.network.name);
    if (network === undefined) {
      network = writer.shared(model.network.name);
      networks.set(model.network.name, network);
      statements.push(blank, emitNetwork(writer, model.network, network));
    }
    const suffix = models.size === 0 ? '' : `_of_${model.name}`;
    const names: ModelNames = {
      objective: writer.shared(model.name),
      likelihood: writer.shared(`likelihood${suffix}`),
      parameters: suffix === '' ? 'parameters' : writer.shared(`parameters${suffix}`),
      multiplyAdds: suffix === '' ? 'multiplyAdds' : writer.shared(`multiplyAdds${suffix}`),
    };
    models.set(model, names);
    if (refuseLatents(writer, model)) return names;
    statements.push(
      blank,
      ...emitParameters(model, names),
      blank,
      emitLikelihood(writer, model, names.likelihood, network),
    );
    statements.push(blank, emitObjective(writer, model, names.objective, names.likelihood));
    return names;
  };
  for (const step of plan.steps) if ('model' in step) models.set(step.model, add(step.model));
  return { namesOf: (model: CheckedModel) => models.get(model)!, statements };
}

/** True after saying of each latent, gate, factor and column in the likelihood that emitted projects have none. */
function refuseLatents(writer: Writer, model: CheckedModel): boolean {
  const latents = model.sites.filter((site) => site.parameter.counts === 'latent');
  for (const { path, span, param } of latents)
    writer.refuse(span, `the ${param === undefined ? 'latent' : '`param`'} \`${path}\``);
  for (const { layer, span } of model.gates) writer.refuse(span, `the gate of \`${layer}\``);
  for (const { span } of model.factors) writer.refuse(span, 'a factor');
  const { columns, span } = model.likelihood;
  for (const { name } of columns) writer.refuse(span, `the column \`${name}\` in the likelihood`);
  return latents.length + model.gates.length + model.factors.length + columns.length > 0;
}

function sameJson(a: CheckedModel, b: CheckedModel): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

function baseName(path: string): string {
  return path.split(/[/\\]/).at(-1)!;
}

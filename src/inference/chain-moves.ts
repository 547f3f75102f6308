/** Moves of chains by kernels: programs that draw a latent anew in every chain, given the others as the chain has them. */
import type { Ref } from '../graph/builder.ts';
import type { StepProgram } from '../graph/program.ts';
import { batch } from '../graph/transforms/batch.ts';
import type { CheckedSite, PlanKernelMove } from '../language/check/checked.ts';
import { dependents } from '../model/full-conditional.ts';
import { isLatent } from '../model/latents.ts';
import { StepProgramBuilder } from '../model/step-program.ts';
import { type ChainSetup, chainName, maskName, maskSpec, ofChains } from './chain-state.ts';
import type { StateMove } from './engine.ts';
import { moveKernels } from './move-kernels/index.ts';

/** In the order of the program: each sees what those before it drew. */
export function chainMoves(setup: ChainSetup): readonly StateMove[] {
  const moves = (setup.request.moves ?? []).filter((move) => move.kind === 'kernel');
  return moves.map((move) => ({
    due: (done) => done % move.steps === 0,
    program: moveProgram(setup, move),
  }));
}

/** The sites of one latent, one for each layer, never stand in one prior: they are independent given the rest, and drawn at once. */
function moveProgram(setup: ChainSetup, move: PlanKernelMove): StepProgram {
  const { density, masks } = setup.request;
  const kernel = moveKernels.get(move.kernel);
  if (kernel === undefined) throw new Error(`internal: kernel ${move.kernel} is not registered`);
  const moved = density.sites.filter((site) => move.sites.includes(site.path));
  const read = new Set([...density.sites.filter(isLatent), ...moved.flatMap((site) => dependents(density, site))]);
  const program = new StepProgramBuilder();
  const batched: Record<string, Ref> = {};
  const shared: Record<string, Ref> = {};
  for (const site of read) {
    batched[chainName(site)] = program.state(ofChains(setup, site, chainName(site)));
    if (masks.has(site.path)) shared[maskName(site)] = program.state(maskSpec(site));
  }
  for (const { path, shape } of moved) {
    batched[noiseName(path)] = program.noise(noiseName(path), [path, kernel.name], kernel.noise, [
      setup.chains,
      ...shape,
    ]);
  }
  const found = batch(program.graph, setup.chains, { batched, shared }, (inner, refs) => {
    const given = {
      valueOf: (site: CheckedSite) => refs[chainName(site)]!,
      maskOf: (site: CheckedSite) => refs[maskName(site)] ?? null,
    };
    const next = (site: CheckedSite) =>
      kernel.next(inner, {
        density,
        site,
        temperature: setup.temperature,
        noise: refs[noiseName(site.path)]!,
        ...given,
      });
    return Object.fromEntries(moved.map((site) => [chainName(site), next(site)]));
  });
  for (const site of moved) {
    const value = program.graph.label(
      found[chainName(site)]!,
      `${chainName(site)} after \`${kernel.name}\``,
      site.span,
    );
    program.setState(chainName(site), value);
  }
  return program.finish();
}

const noiseName = (path: string) => `${path}.move`;

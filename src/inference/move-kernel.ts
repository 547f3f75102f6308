/** The contract of a kernel of `move z by KERNEL`: it draws a latent anew, and leaves the joint density of all sites as it is. */
import type { MoveKernelSignature } from '../base/catalogue.ts';
import type { GraphBuilder, Ref } from '../graph/builder.ts';
import type { NoiseKind } from '../graph/program.ts';
import type { CheckedSite } from '../language/check/checked.ts';
import type { Density } from '../model/density.ts';
import type { GivenSites } from '../model/full-conditional.ts';

export interface MoveInputs extends GivenSites {
  readonly density: Density;
  readonly site: CheckedSite;
  /** Draws come from the joint density to the power 1 / temperature; at 0 from its highest point. */
  readonly temperature: number;
  /** One number for each of the site's. */
  readonly noise: Ref;
}

export interface MoveKernel extends MoveKernelSignature {
  readonly noise: NoiseKind;
  /** The real numbers of the site after the move, of its shape. */
  next(b: GraphBuilder, inputs: MoveInputs): Ref;
}

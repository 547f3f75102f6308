/** An exporter turns the state at an `export` step into one file. */
import type { ExporterSignature } from '../../base/catalogue.ts';
import type { CheckedModel } from '../../language/check/checked.ts';
import type { Posterior } from '../../model/posterior.ts';

export interface Exporter extends ExporterSignature {
  write(model: CheckedModel, posterior: Posterior): Uint8Array;
}

/** What a guide makes of a model for one inference: a family for each site, and `param`s beside those of the model. */
import type { EngineSignature } from '../../base/catalogue.ts';
import type { CheckedGuideSite } from './checked.ts';
import type { Context } from './context.ts';
import { type GuideInstance, guideSites, pointFamily } from './guide.ts';
import { besideModel, withGuideParams } from './guide-params.ts';
import type { ModelInstance } from './model.ts';

/**
 * The families of all sites, and the model with the `param`s of the guide that are mentioned in them. Where the families are not known
 * after a mistake, all `param`s of the guide stand beside the model, so that nothing more is said of them.
 */
export function guidedModel(
  ctx: Context,
  instance: ModelInstance,
  guide: GuideInstance | null,
  engine: EngineSignature,
): { readonly model: ModelInstance; readonly sites: readonly CheckedGuideSite[] | null } {
  const { model } = instance;
  const families = model === null || guide === null || !guide.ok ? null : guideSites(ctx, guide, model, engine);
  if (guide === null) return { model: instance, sites: null };
  if (families === null) return { model: besideModel(instance, guide.params, guide.params.sites), sites: null };
  return withGuideParams(instance, guide.params, families, pointFamily(ctx, engine));
}

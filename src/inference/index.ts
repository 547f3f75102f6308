/** The inference room's registries; `runtime/catalogue.ts` hands them to checker, completion and help. */
import { registry } from '../base/registry.ts';
import type { Engine } from './engine.ts';
import { ensemble } from './engines/ensemble.ts';
import { laplace } from './engines/laplace.ts';
import { map } from './engines/map.ts';
import { sghmc } from './engines/sghmc.ts';
import { sgld } from './engines/sgld.ts';
import { sgvb } from './engines/sgvb.ts';
import { svgd } from './engines/svgd.ts';
import { swag } from './engines/swag.ts';

/** The engines. A new one: one file in `engines/`, one line here. */
export const engines = registry<Engine>([sgvb, map, laplace, svgd, swag, ensemble, sgld, sghmc]);

export { estimators } from './estimators/index.ts';
export { gateEstimators } from './gate-estimators/index.ts';
export { moveKernels } from './move-kernels/index.ts';
export { optimizers } from './optimizers/index.ts';
export { steinKernels } from './stein-kernels/index.ts';

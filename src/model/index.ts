/** The model room's registries; `runtime/catalogue.ts` hands them to checker, completion and help. */
export { distributions } from './distributions/index.ts';
export { divergences } from './divergences/index.ts';
export { guides } from './guides/index.ts';
export { layers } from './layers/index.ts';

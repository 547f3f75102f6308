/** The emitters' face: standalone projects from run plans. */
export { emitCodes } from './codes.ts';
export type { DataPackage, Emission, EmitRequest, EmittedFile, ProjectInputs } from './emitted.ts';
export { gatherInputs } from './inputs.ts';
export { emitTfjs } from './tfjs/emit.ts';
export { readTemplates, type TemplateReader } from './tfjs/templates.ts';

/** The mistakes of meaning that the checker finds, BP2001 to BP7099. All of them end a command with 3. */
import { codeTable } from '../../base/codes.ts';
import { dataCodes } from './codes/data.ts';
import { inferenceCodes } from './codes/inference.ts';
import { modelCodes } from './codes/models.ts';
import { nameCodes } from './codes/names.ts';
import { pruningCodes } from './codes/pruning.ts';
import { shapeCodes } from './codes/shapes.ts';

export const checkCodes = codeTable([
  ...nameCodes,
  ...shapeCodes,
  ...modelCodes,
  ...inferenceCodes,
  ...pruningCodes,
  ...dataCodes,
]);

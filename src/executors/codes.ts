/** Diagnostic codes of the executors. */
import { codeTable } from '../base/codes.ts';

export const executorCodes = codeTable([
  {
    code: 'BP8001',
    title: 'unknown backend',
    explanation:
      'The name after --backend is none of the executors of this version. `auto` takes the best one that is installed; `reference` is exact float64 and slow; `wasm` and `cpu` are tfjs; `node` is native TensorFlow when the user has installed it.',
    exit: 2,
  },
  {
    code: 'BP8002',
    title: 'backend not installed',
    explanation:
      'The backend exists but a package that it needs is not there. The message says which one and how to install it. Native TensorFlow is an optional peer dependency, since its binary cannot be had on every machine.',
    exit: 2,
  },
]);

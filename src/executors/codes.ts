/** Diagnostic codes of the executors. */
import { codeTable, example } from '../base/codes.ts';

export const executorCodes = codeTable([
  {
    code: 'BP8001',
    title: 'unknown backend',
    explanation:
      'The name after --backend is none of the executors of this version. `auto` takes the best one that is installed; `reference` is exact float64 and slow; `wasm` and `cpu` are tfjs; `tensorflow` (whole steps) and `node` (one operation at a time) are native TensorFlow when it is installed; `native` is C that is compiled on this machine; `onnx-web` is ONNX Runtime as it runs in browsers.',
    example: example('command', 'bprune run p.bprune --backend cuda', 'bprune run p.bprune --backend auto'),
    exit: 2,
  },
  {
    code: 'BP8002',
    title: 'backend not installed',
    explanation:
      'The backend exists but a package that it needs is not there. The message says which one and how to install it. Native TensorFlow is optional, since its binary cannot be had on every machine; `bprune doctor --install tensorflow` builds it. `onnxruntime-web` is optional too, since only `onnx-web` needs it.',
    example: example(
      'command',
      'bprune run p.bprune --backend tensorflow',
      'bprune doctor --install tensorflow; bprune run p.bprune --backend tensorflow',
    ),
    exit: 2,
  },
  {
    code: 'BP8011',
    title: 'a tool for installing is missing',
    explanation:
      '`bprune doctor --install` builds native TensorFlow from published packages, and needs npm, Python with pip and a C++ compiler for it. The message says which of them is not there.',
    example: example(
      'command',
      'bprune doctor --install tensorflow',
      'apt install g++ python3-pip; bprune doctor --install tensorflow',
    ),
    exit: 2,
  },
  {
    code: 'BP8012',
    title: 'installing failed',
    explanation:
      'A program that the installation calls did not do its work; its last words stand below the message. Nothing is left half installed: what was there before is still there.',
    example: example(
      'command',
      'npm config set offline true; bprune doctor --install tensorflow',
      'npm config set offline false; bprune doctor --install tensorflow',
    ),
    exit: 2,
  },
  {
    code: 'BP8301',
    title: 'the backend stopped',
    explanation:
      'Training runs in a thread of its own, and that thread failed or ended in the middle of its work. The message has the reason as far as it is known. What was written before is kept, so the run can go on from its last checkpoint, on the same backend or on another one.',
    example: example('command', 'bprune run p.bprune --backend tensorflow', 'bprune resume runs/p --backend onnx'),
    exit: 5,
  },
  {
    code: 'BP8302',
    title: 'the backend does not answer',
    explanation:
      'A call took so much longer than all calls before it that the backend is taken to hang. It was stopped; the run can go on from its last checkpoint.',
    example: example('command', 'bprune run p.bprune --backend tensorflow', 'bprune resume runs/p --backend onnx'),
    exit: 5,
  },
  {
    code: 'BP8303',
    title: 'the backend ran out of memory',
    explanation:
      'The library that runs the steps could not get the memory that it needs. Cost in memory grows with the batch, the width of the layers and the number of particles. A smaller batch or narrower layers need less.',
    example: example('command', 'bprune run p.bprune --set batch=100_000', 'bprune run p.bprune --set batch=100'),
    exit: 5,
  },
  {
    code: 'BP8304',
    title: 'the C compiler refused a program',
    explanation:
      'The backend `native` writes each training step as C and has it compiled on this machine. The compiler did not do it; the message has the first line of what it said, and the place of the source, which is kept for a look. A compiler without its headers, or one that is too old to know `-march=native`, is the usual reason.',
    example: example(
      'command',
      'CC=tcc bprune run p.bprune --backend native',
      'CC=gcc bprune run p.bprune --backend native',
    ),
    exit: 5,
  },
]);

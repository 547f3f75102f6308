/**
 * A first model costs some 35 ms more than the next ones: functions are compiled where they are first called, and the runtime
 * sets itself up. A thread that was started ahead pays them on a program of no use while the caller still reads its data.
 */
import { GraphBuilder } from '../../graph/builder.ts';
import { type StepProgram, stepProgram } from '../../graph/program.ts';
import type { BlockSession } from '../block.ts';

const type = { dtype: 'f32', shape: [4, 4] } as const;

/** A dense layer that learns: the ops of most steps. */
function program(): StepProgram {
  const b = new GraphBuilder();
  const [x, w] = [b.input('batch/x', type), b.input('state/w', type)];
  const rate = b.input('scalar/rate', { dtype: 'f32', shape: [] });
  const y = b.exp(b.neg(b.relu(b.matmul(x, w))));
  b.output('state/w', b.sub(w, b.mul(rate, b.matmul(x, y, { transposeA: true }))));
  b.output('info/loss', b.sum(y, [0, 1]));
  return stepProgram({
    graph: b.finish(),
    state: [{ name: 'w', type, follows: null }],
    batch: [{ name: 'x', type }],
    scalars: ['rate'],
    info: [{ name: 'loss', type: { dtype: 'f32', shape: [] } }],
  });
}

/** Takes a session for nothing else, and closes it. */
export async function rehearse(open: (state: StepProgram['state']) => Promise<BlockSession>): Promise<void> {
  const rehearsed = program();
  const session = await open(rehearsed.state);
  await session.compile(0, rehearsed);
  await session.run(0, 1, {
    'batch/x': new Float32Array(16),
    'scalar/rate': new Float32Array(1),
  });
  session.dispose();
}

/** Mistakes in what a run does with states: evaluation, pruning, rules, and going on where another process was killed. */
import type { Fault } from './fault.ts';

export const runs: readonly Fault[] = [
  {
    name: 'batch norm is not re-estimated for a draw',
    file: 'runtime/steps/evaluate.ts',
    find: '...(await measuring?.measure(weights))',
    replace: '',
    test: 'runtime/statistics.test.ts',
    title: 'are those of each draw',
  },
  {
    name: 'a mean over draws is one of logarithms',
    file: 'evaluation/predictive.ts',
    find: 'top + Math.log(sums[row]! / draws)',
    replace: 'top + Math.log(sums[row]!) / draws',
    test: 'evaluation/predictive.test.ts',
    title: 'takes the mean of densities',
  },
  {
    name: 'pruning removes one weight too many',
    file: 'pruning/plan.ts',
    find: 'Math.floor(share * kept + 0.5)',
    replace: 'Math.floor(share * kept + 1)',
    test: 'pruning/plan.test.ts',
    title: 'exactly as many as it says',
  },
  {
    name: 'pruning counts shares of all weights, pruned ones too',
    file: 'pruning/plan.ts',
    find: '(sum, m) => sum + m.keep.reduce((count, bit) => count + bit, 0)',
    replace: '(sum, m) => sum + m.keep.length',
    test: 'pruning/plan.test.ts',
    title: 'counts shares of what is still kept',
  },
  {
    name: 'ranks of groups begin at 1',
    file: 'runtime/moves/rule.ts',
    find: 'data[group] = rank;',
    replace: 'data[group] = rank + 1;',
    test: 'runtime/moves.test.ts',
    title: 'ranks within a layer, from 0 for the smallest',
  },
  {
    name: 'a run that goes on has forgotten what was pruned',
    file: 'runtime/training.ts',
    find: 'const masks = startMasks(step, state.posterior);',
    replace: 'const masks = snapshot === null ? startMasks(step, state.posterior) : new Map();',
    test: 'runtime/resumed-engines.test.ts',
    title: 'a run that was killed goes on to the same bytes',
  },
  {
    name: 'a run that goes on begins with empty optimizers',
    file: 'runtime/training.ts',
    find: 'snapshot?.state ??',
    replace:
      '(snapshot === null ? null : { ...program.initial(key, state.posterior), ...Object.fromEntries(Object.entries(snapshot.state).filter(([n]) => !/\\.(m|v|squares|velocity|dual)$/.test(n))) }) ??',
    test: 'runtime/resumed-engines.test.ts',
    title: 'a run that was killed goes on to the same bytes',
  },
  {
    name: 'a run that goes on has lost the columns of SWAG',
    file: 'runtime/training.ts',
    find: 'snapshot?.state ??',
    replace:
      "(snapshot === null ? null : { ...program.initial(key, state.posterior), ...Object.fromEntries(Object.entries(snapshot.state).filter(([n]) => !n.endsWith('.columns'))) }) ??",
    test: 'runtime/resumed-engines.test.ts',
    title: 'a run that was killed goes on to the same bytes',
  },
  {
    name: 'a run that goes on has lost the draws of its chains',
    file: 'runtime/training.ts',
    find: 'snapshot?.state ??',
    replace:
      "(snapshot === null ? null : { ...program.initial(key, state.posterior), ...Object.fromEntries(Object.entries(snapshot.state).filter(([n]) => !n.endsWith('.draws'))) }) ??",
    test: 'runtime/resumed-engines.test.ts',
    title: 'a run that was killed goes on to the same bytes',
  },
  {
    name: 'a run that goes on forgets the rows of its epoch',
    file: 'runtime/training.ts',
    find: '...(snapshot?.epoch ?? { rows: 0, nll: 0 })',
    replace: 'rows: 0, nll: 0',
    test: 'runtime/resumed-engines.test.ts',
    title: 'a run that was killed goes on to the same bytes',
  },
  {
    name: 'a run that goes on counts its steps from the beginning',
    file: 'runtime/training.ts',
    find: 'done: snapshot?.done ?? 0,',
    replace: 'done: 0,',
    test: 'runtime/resumed-engines.test.ts',
    title: 'a run that was killed goes on to the same bytes',
  },
  {
    name: 'ranks of replications are off by one',
    file: 'runtime/verify/replication.ts',
    find: '(draws.length + 1)',
    replace: 'draws.length',
    test: 'runtime/verify/verify.test.ts',
    title: 'breaks ties at random',
  },
];

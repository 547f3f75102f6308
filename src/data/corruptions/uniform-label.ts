/**
 * Uniform ("symmetric") label noise: so large a share of the rows, exactly, gets one of the other classes, each with the same
 * probability. As in Zhang, Bengio, Hardt, Recht and Vinyals 2017, "Understanding deep learning requires rethinking
 * generalization", but no row draws its own class again, so the share is that of wrong labels.
 */
import { childKey } from '../../base/keys.ts';
import { below } from '../../base/sample.ts';
import { chosenRows, rowsIn } from '../rows.ts';
import type { Corruption } from './corruption.ts';

export const uniformLabel: Corruption = {
  name: 'uniform_label',
  doc: 'A share of the rows, exactly, gets another class, each of the others with the same probability.',
  options: [
    {
      name: 'share',
      type: { kind: 'number', min: 0, max: 1 },
      default: null,
      required: true,
      doc: 'share of the rows whose label becomes wrong, rounded to the nearest row',
    },
  ],
  columnTypes: ['class'],
  apply(data, type, options, key) {
    const classes = type.kind === 'class' ? type.classes : 0;
    const wrong = rowsIn({ kind: 'share', share: Number(options.share) }, data.length);
    const chosen = chosenRows(childKey(key, 'rows'), data.length, wrong);
    const labels = childKey(key, 'labels');
    const noisy = data.slice();
    for (let row = 0; row < data.length; row++) {
      if (chosen[row] === 0 || classes < 2) continue;
      const other = below(labels, row, classes - 1);
      noisy[row] = other < data[row]! ? other : other + 1;
    }
    return noisy;
  },
};

/** Splits, standardising, and batches of rows as tensors. */
import { permutation } from './noise.js';
import { shuffleKey, splitKey } from './streams.js';
import { tf } from './tensorflow.js';

/** Takes rows out of a split: `amount` is a number of rows, or a share below 1 when `share` is set. */
export function split(splits, name, { of, rows, share, seed }) {
  const whole = splits[of];
  const count = rows ?? Math.floor(share * whole.rows + 0.5);
  const goes = new Uint8Array(whole.rows);
  for (const row of permutation(splitKey(seed, name), whole.rows).subarray(0, count)) goes[row] = 1;
  return { ...splits, [of]: rowsWhere(whole, goes, 0), [name]: rowsWhere(whole, goes, 1) };
}

function rowsWhere(whole, flags, wanted) {
  const rows = [];
  flags.forEach((flag, row) => {
    if (flag === wanted) rows.push(row);
  });
  const pick = ({ data, width, ...column }) => {
    const picked = data.slice(0, rows.length * width);
    for (const [at, row] of rows.entries()) picked.set(data.subarray(row * width, (row + 1) * width), at * width);
    return { ...column, width, data: picked };
  };
  const columns = Object.entries(whole.columns).map(([name, column]) => [name, pick(column)]);
  return { rows: rows.length, columns: Object.fromEntries(columns) };
}

/** Mean 0 and standard deviation 1 over the training rows, feature by feature; the same map for all splits. */
export function standardise(splits, name) {
  const { data, width } = splits.train.columns[name];
  const maps = Array.from({ length: width }, (_, feature) => {
    const values = data.filter((_, i) => i % width === feature);
    const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
    const sd = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length);
    return sd > Math.abs(mean) * 1e-14 ? { scale: 1 / sd, offset: -mean / sd } : { scale: 1, offset: -mean };
  });
  const change = { scale: maps.map((m) => m.scale), offset: maps.map((m) => m.offset) };
  const mapped = Object.entries(splits).map(([key, { rows, columns }]) => [
    key,
    { rows, columns: { ...columns, [name]: { ...columns[name], ...change } } },
  ]);
  return Object.fromEntries(mapped);
}

/** Chosen rows of a column as a tensor: classes as whole numbers, the rest scaled, with the shape of one row behind. */
export function gather({ columns, rows }, name, chosen = Uint32Array.from({ length: rows }, (_, i) => i)) {
  const { type, shape, data, width, scale, offset } = columns[name];
  if (type === 'class')
    return tf.tensor1d(
      Int32Array.from(chosen, (row) => data[row]),
      'int32',
    );
  const values = new Float32Array(chosen.length * width);
  chosen.forEach((row, at) => {
    for (let j = 0; j < width; j++) {
      const k = scale.length > 1 ? j : 0;
      values[at * width + j] = data[row * width + j] * scale[k] + offset[k];
    }
  });
  return tf.tensor(values, [chosen.length, ...shape]);
}

/** How long a training is: `epochs` or `steps` of at most `batch` rows, cut after `limit` steps. */
export function lengthOf({ rows, batch, epochs, steps, limit }) {
  const size = Math.min(batch, rows);
  const perEpoch = Math.ceil(rows / size);
  const wanted = Math.max(1, Math.round(steps ?? epochs * perEpoch));
  return { rows, batch: size, perEpoch, steps: Math.min(wanted, limit) };
}

/** The steps of a training: each epoch goes through all rows in an order of its own, its last batch may be short. */
export function* batches({ rows, batch, perEpoch, steps }, key) {
  let order = null;
  for (let step = 0; step < steps; step++) {
    const at = step % perEpoch;
    if (at === 0) order = permutation(shuffleKey(key, step / perEpoch), rows);
    yield { step, epoch: step / perEpoch, rows: order.subarray(at * batch, (at + 1) * batch) };
  }
}

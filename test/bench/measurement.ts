/** What a measuring process prints, ours and the peers' alike: figures, or why there are none. */
export type Measurement = Figures | { readonly absent: string } | { readonly failed: string };

export interface Figures {
  /** Median, tenth and ninetieth percentile over the blocks that were timed. */
  readonly msPerStep: number;
  readonly low: number;
  readonly high: number;
  /** Steps that were timed. */
  readonly steps: number;
  /** At the end: a training that went wrong is seen. */
  readonly loss: number;
  readonly peakRssMiB: number;
  readonly startToFirstStepSeconds: number;
  /** The share of the machine that other processes took meanwhile; the one who started the process adds it. */
  readonly others?: number | null;
}

export function isFigures(m: Measurement): m is Figures {
  return 'msPerStep' in m;
}

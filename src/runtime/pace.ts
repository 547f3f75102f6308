/** How fast a training goes. */

/**
 * Seconds per step. The first block of steps also pays for what is made ready once; it counts only until a second one is
 * done, or the time that is left would be reckoned far too long.
 */
export class Pace {
  private since: { readonly time: number; readonly done: number };
  private blocks = 0;

  /** `time` in milliseconds; `done` steps before, perhaps by a process that was stopped. */
  constructor(time: number, done: number) {
    this.since = { time, done };
  }

  /** At the end of a block: `done` steps in all. */
  reached(time: number, done: number): number {
    const { since } = this;
    this.blocks++;
    if (this.blocks === 1) this.since = { time, done };
    return (time - since.time) / 1000 / (done - since.done);
  }
}

/**
 * Images moved by whole pixels: what is also called a random crop after padding with zeros. With 4 pixels of CIFAR-10, and
 * `flip`, the augmentation of He, Zhang, Ren and Sun 2016, "Deep residual learning for image recognition", section 4.2.
 */
import { type Augmentation, wholeBelow } from './augmentation.ts';

export const shift: Augmentation = {
  name: 'shift',
  doc: 'Images are moved up or down and left or right by whole pixels, each distance equally likely; zeros come in at the edge.',
  options: [
    {
      name: 'pixels',
      type: { kind: 'integer', min: 1 },
      default: null,
      required: true,
      doc: 'largest distance in either direction',
    },
  ],
  change(image, changed, [height, width, channels], { pixels }, words) {
    const most = Number(pixels);
    const down = wholeBelow(2 * most + 1, words[0]!) - most;
    const right = wholeBelow(2 * most + 1, words[1]!) - most;
    const row = width * channels;
    const kept = Math.max(0, width - Math.abs(right)) * channels;
    const [from, to] = [Math.max(0, -right) * channels, Math.max(0, right) * channels];
    changed.fill(0);
    if (kept === 0) return;
    for (let y = Math.max(0, down); y < Math.min(height, height + down); y++) {
      const start = (y - down) * row + from;
      changed.set(image.subarray(start, start + kept), y * row + to);
    }
  },
};

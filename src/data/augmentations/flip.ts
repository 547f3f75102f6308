/** Mirrored images, left and right or top and bottom exchanged. */
import { type Augmentation, unit } from './augmentation.ts';

export const flip: Augmentation = {
  name: 'flip',
  doc: 'A share of the images is mirrored: left and right, or top and bottom exchanged.',
  options: [
    {
      name: 'direction',
      type: { kind: 'choice', values: ['horizontal', 'vertical'] },
      default: 'horizontal',
      required: false,
      doc: '`horizontal` exchanges left and right',
    },
    {
      name: 'share',
      type: { kind: 'number', min: 0, max: 1 },
      default: 0.5,
      required: false,
      doc: 'probability that an image is mirrored',
    },
  ],
  change(image, changed, [height, width, channels], { direction, share }, words) {
    if (unit(words[0]!) >= Number(share)) {
      changed.set(image);
      return;
    }
    const row = width * channels;
    for (let y = 0; y < height; y++) {
      if (direction === 'vertical') {
        changed.set(image.subarray((height - 1 - y) * row, (height - y) * row), y * row);
        continue;
      }
      for (let x = 0; x < width; x++) {
        const from = y * row + (width - 1 - x) * channels;
        for (let c = 0; c < channels; c++) changed[y * row + x * channels + c] = image[from + c]!;
      }
    }
  },
};

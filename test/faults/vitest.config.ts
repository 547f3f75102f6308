/** The quick tests with one fault in the source, the one whose number the environment gives. Nothing on the disk changes. */
import { mergeConfig } from 'vitest/config';
import quick from '../vitest.config.ts';
import { faults } from './faults.ts';

const fault = faults[Number(process.env.BPRUNE_FAULT)]!;

export default mergeConfig(quick, {
  plugins: [
    {
      name: 'fault',
      enforce: 'pre',
      transform: (code: string, id: string) =>
        id.endsWith(`/src/${fault.file}`) ? code.replace(fault.find, () => fault.replace) : null,
    },
  ],
});

/** `:shape NETWORK`: its layers with shapes, parameters and work, and their sums. */
import { withCommas } from '../../../base/counts.ts';
import { formatShape, sizeOf } from '../../../base/host-array.ts';
import { nearest } from '../../../base/suggest.ts';
import type { CheckedNetwork } from '../../../language/check/checked.ts';
import { table } from '../../explain/table.ts';
import { type Command, notYet, wrongArgument } from './command.ts';

export const shapeCommand: Command = {
  name: 'shape',
  argument: '[NETWORK]',
  names: 'networks',
  doc: 'layers, shapes and parameters of a network',
  async run(session, argument) {
    const networks = session.workspace.checked?.networks ?? [];
    const name = argument.text.trim();
    if (networks.length === 0) throw notYet(session, 'there is no network yet', 'declare one: `network net { ... }`');
    const names = networks.map((n) => n.name);
    const network = name === '' ? networks.at(-1) : networks.find((n) => n.name === name);
    if (network === undefined) {
      const near = nearest(name, names);
      const hint = near === null ? `the networks are ${names.join(', ')}` : `did you mean \`${near}\`?`;
      throw wrongArgument(argument, `there is no network \`${name}\``, hint);
    }
    session.say(shapeTable(network));
    return [];
  },
};

function shapeTable(network: CheckedNetwork): string {
  const rows = network.layers.map((layer) => {
    const count = layer.parameters.reduce((sum, p) => sum + sizeOf(p.shape), 0);
    return { layer, count };
  });
  const total = rows.reduce((sum, r) => sum + r.count, 0);
  const work = network.layers.reduce((sum, l) => sum + l.multiplyAdds, 0);
  const cells = rows.map(({ layer, count }) => [
    layer.path,
    layer.kind,
    formatShape(layer.outputShape),
    count === 0 ? '' : withCommas(count),
    layer.multiplyAdds === 0 ? '' : withCommas(layer.multiplyAdds),
  ]);
  const body = table(
    [
      ['layer', 'kind', 'output', 'parameters', 'multiply-adds'],
      ['input', '', formatShape(network.inputShape)],
      ...cells,
      ['total', '', formatShape(network.outputShape), withCommas(total), withCommas(work)],
    ],
    [3, 4],
  );
  return `network ${network.name}\n${body}`;
}

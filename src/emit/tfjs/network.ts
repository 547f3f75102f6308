/** The network as one function, and the table of its parameters. */
import type { CheckedLayer, CheckedModel, CheckedNetwork } from '../../language/check/checked.ts';
import {
  comment,
  constant,
  fn,
  give,
  id,
  type Js,
  literal,
  object,
  plainValue,
  properties,
  property,
  type Statement,
} from '../target/javascript.ts';
import { Names } from '../target/names.ts';
import { layers } from './layers.ts';
import { known, type Writer } from './writer.ts';

/** `function lenet300(x, weights) { ... }`: a constant for each layer, under the program's names. */
export function emitNetwork(writer: Writer, network: CheckedNetwork, name: string): Statement {
  const names = new Names(['x', 'weights', 'tf', name]);
  const values = new Map<string, Js>([['input', id('x')]]);
  const body: Statement[] = [];
  for (const layer of network.layers) {
    const value = emitLayer(writer, layer, values);
    const target = names.take(layer.path);
    values.set(layer.path, id(target));
    body.push(comment(...writer.quote(layer.span)), constant(target, value));
  }
  const doc = [`The network \`${network.name}\` for rows \`x\`; \`weights\` knows how linear maps are applied.`];
  return fn(name, [id('x'), id('weights')], doc, [...body, give(values.get(network.output) ?? id('x'))]);
}

function emitLayer(writer: Writer, layer: CheckedLayer, values: ReadonlyMap<string, Js>): Js {
  writer.use('tf');
  const emit = known(writer, layers, layer.kind, 'the layer', layer.span);
  const [first, ...others] = layer.inputs.map((path) => values.get(path)!);
  return emit === null ? literal(null) : emit(writer, layer, first!, ...others);
}

/** `const parameters = { 'fc1.weight': { layer: 'fc1', ... }, ... }` and the multiply-adds of each layer that has some. */
export function emitParameters(
  model: CheckedModel,
  names: { readonly parameters: string; readonly multiplyAdds: string },
): Statement[] {
  const sites = model.sites.map(({ path, layer, shape, parameter }) =>
    property(
      path,
      plainValue({ layer, shape, counts: parameter.counts, fanIn: parameter.fanIn, start: parameter.initialiser }),
    ),
  );
  const adds = model.network.layers.filter((layer) => layer.multiplyAdds > 0);
  return [
    comment('The parameters: shape, what they count as, and how their start values are drawn.'),
    constant(names.parameters, properties(sites)),
    comment('Multiply-adds of each layer for one row.'),
    constant(names.multiplyAdds, object(Object.fromEntries(adds.map((l) => [l.path, literal(l.multiplyAdds)])))),
  ];
}

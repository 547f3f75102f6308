/** The names that a program gives: networks, sites, columns, splits, values. For completion. */
import type { DataRequest } from '../../base/data.ts';
import { dataRequests } from '../../language/index.ts';
import { catalogue } from '../../runtime/index.ts';
import type { Workspace } from './workspace.ts';

export interface Names {
  readonly networks: readonly string[];
  readonly blocks: readonly string[];
  readonly models: readonly string[];
  readonly guides: readonly string[];
  readonly data: readonly string[];
  /** Constants, definitions and functions. */
  readonly values: readonly string[];
  /** `fc1.weight`, `dense.weight`, `*.weight`. */
  readonly sites: readonly string[];
  readonly layers: readonly string[];
  readonly columns: readonly string[];
  readonly splits: readonly string[];
  /** Named steps of runs. */
  readonly steps: readonly string[];
}

export function namesOf(workspace: Workspace): Names {
  const declared = (...kinds: readonly string[]) =>
    workspace.entries.filter((e) => kinds.includes(e.kind) && e.name !== '').map((e) => e.name);
  const networks = workspace.checked?.networks ?? [];
  const layers = networks.flatMap((n) => n.layers);
  const sites = layers.flatMap((layer) =>
    layer.parameters.flatMap(({ role }) => [`${layer.path}.${role}`, `${layer.kind}.${role}`, `*.${role}`]),
  );
  const requests: readonly DataRequest[] = dataRequests(workspace.program, catalogue, new Map()).requests;
  const steps = (workspace.checked?.runs ?? []).flatMap((r) => r.steps);
  return {
    networks: declared('network'),
    blocks: declared('block'),
    models: declared('model'),
    guides: declared('guide'),
    data: declared('data'),
    values: [...declared('const', 'def'), ...catalogue.functions.names],
    sites: unique(sites),
    layers: unique(layers.map((l) => l.path)),
    columns: unique(requests.flatMap((r) => r.columns.map((c) => c.name))),
    splits: unique([
      'train',
      'test',
      ...requests.flatMap((r) => r.derived.flatMap((d) => (d.kind === 'split' ? [d.name] : []))),
    ]),
    steps: unique(steps.flatMap((s) => (s.name === null ? [] : [s.name]))),
  };
}

export function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}

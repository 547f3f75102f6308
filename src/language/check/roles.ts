/** Which distributions can stand where, by their records. */
import type { Catalogue, DistributionRole, DistributionSignature } from '../../base/catalogue.ts';

/** A guide is what some engine fits. */
export function plays(catalogue: Catalogue, record: DistributionSignature, role: DistributionRole): boolean {
  if (!record.roles.includes(role)) return false;
  return role !== 'guide' || [...catalogue.engines].some((engine) => engine.guides.includes(record.name));
}

/** What to offer for a role: nothing that needs a later version; for priors and guides what a weight can have. */
export function offered(catalogue: Catalogue, role: DistributionRole): readonly string[] {
  const fitting = [...catalogue.distributions].filter(
    (d) => d.needs === null && plays(catalogue, d, role) && (role === 'likelihood' || d.support === 'real'),
  );
  return fitting.map((d) => d.name);
}

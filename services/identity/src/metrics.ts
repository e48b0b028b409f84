import { Counter } from 'prom-client';
import type { Decision } from './processors/identify.ts';

/** Counts what the stage decides, each decision once. */
export interface IdentityMetrics {
  decided(decisions: readonly Decision[]): void;
}

/** Metrics in prom-client's default registry. */
export function identityMetrics(): IdentityMetrics {
  const profiles = new Counter({
    name: 'hilo_identity_profiles_created_total',
    help: 'Profiles created.',
  });
  const links = new Counter({
    name: 'hilo_identity_links_total',
    help: 'Identifiers linked to a profile for the first time.',
    labelNames: ['type'],
  });
  const merges = new Counter({
    name: 'hilo_identity_merges_total',
    help: 'Profiles merged into another.',
  });
  const setAside = new Counter({
    name: 'hilo_identity_set_aside_total',
    help: 'Identifiers of events that were set aside because they would break a limit.',
    labelNames: ['type'],
  });
  return {
    decided: (decisions) => {
      for (const { resolution, created } of decisions) {
        if (created) profiles.inc();
        if (resolution.merges.length > 0) merges.inc(resolution.merges.length);
        for (const { type } of resolution.linked) links.inc({ type });
        for (const { type } of resolution.set_aside) setAside.inc({ type });
      }
    },
  };
}

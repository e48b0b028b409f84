import { defineStage } from '@hilo/streaming';
import { identityTables } from './adapters/postgres-identity-graph.ts';
import type { IdentityMetrics } from './metrics.ts';
import { identify } from './processors/identify.ts';
import { TOPOLOGY } from './topology.ts';

/** Read this first. Events get their profile; each stage that keeps state by profile learns of merges. */
export function identityStage({ metrics }: { readonly metrics: IdentityMetrics }) {
  return defineStage({
    topology: TOPOLOGY,
    logic: identify(),
    tables: identityTables(),
    committed: ({ decided }) => metrics.decided(decided),
  });
}

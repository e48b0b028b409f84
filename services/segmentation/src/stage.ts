import type { Zone } from '@hilo/behaviour';
import { defineStage } from '@hilo/streaming';
import { MEMBER_TABLES } from './adapters/postgres-members.ts';
import type { SegmentationMetrics } from './metrics.ts';
import { decideMembership } from './processors/decide-membership.ts';
import { TOPOLOGY } from './topology.ts';

/** Read this first. Profiles enter and leave segments. Days and longer in definitions are those of the zone. */
export function segmentationStage({ zone, metrics }: { readonly zone: Zone; readonly metrics: SegmentationMetrics }) {
  return defineStage({
    topology: TOPOLOGY,
    logic: decideMembership(zone),
    tables: MEMBER_TABLES,
    committed: (_changes, outputs) => {
      for (const output of outputs) if (output.topic === 'segments.membership') metrics.decided(output.value);
    },
  });
}

import { defineStage } from '@hilo/streaming';
import { PROFILE_TABLES } from './adapters/postgres-profile-mirror.ts';
import { KEEP_PROFILE } from './processors/keep-profile.ts';
import { TOPOLOGY } from './topology.ts';

/** Read this first. Events become what is known of a profile, and each change of it becomes a record. */
export function profileStage() {
  return defineStage({
    topology: TOPOLOGY,
    logic: KEEP_PROFILE,
    tables: PROFILE_TABLES,
    // Most events change no profile: reading a few more at once costs 30 ms and saves most of the fetches.
    fetch: { restMs: 30 },
  });
}

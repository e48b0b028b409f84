import type { ProfileChanged } from '@hilo/schemas';
import { describeCurrent, type StoredProfile } from './domain/describe-current.ts';

/** A profile from the stage's own table, with its partition. */
export interface PlacedProfile extends StoredProfile {
  readonly partition: number;
}

/** A record for the topic of current profiles. */
export interface CurrentRecord {
  readonly key: string;
  readonly partition: number;
  readonly value: ProfileChanged;
}

/** The job's dependencies. */
export interface ReEmissionDependencies {
  /** All profiles of the stage, page by page. */
  readonly profiles: () => AsyncIterable<readonly PlacedProfile[]>;
  /** Version of the last record of each profile in the topic so far. */
  readonly lastVersions: () => Promise<ReadonlyMap<string, number>>;
  readonly write: (records: readonly CurrentRecord[]) => Promise<void>;
  readonly nowMs: () => number;
}

/** The result of a pass over all profiles. */
export interface Pass {
  readonly profiles: number;
  readonly emitted: number;
}

/** Passes before the job gives up: each one after the first repairs what changed while the previous one wrote. */
export const PASSES_MAX = 5;

/**
 * Publishes the current record of each profile again if its last record in the topic is older than its state, or
 * missing. The stage may run meanwhile: a record that it publishes between the job's read and write is followed by an
 * older one, so the job repeats until a pass finds nothing to do. Returns the passes; the last one published nothing
 * unless there were `PASSES_MAX`. Memory: about 100 bytes per profile.
 */
export async function reEmit(dependencies: ReEmissionDependencies): Promise<readonly Pass[]> {
  const passes: Pass[] = [];
  for (;;) {
    const pass = await passOver(dependencies);
    passes.push(pass);
    if (pass.emitted === 0 || passes.length === PASSES_MAX) return passes;
  }
}

async function passOver({ profiles, lastVersions, write, nowMs }: ReEmissionDependencies): Promise<Pass> {
  // Read before the states: what is published meanwhile is newer than what is compared, and never triggers a
  // publication.
  const last = await lastVersions();
  let seen = 0;
  let emitted = 0;
  for await (const page of profiles()) {
    seen += page.length;
    const records = page.flatMap((profile): readonly CurrentRecord[] => {
      const value = describeCurrent(profile, nowMs());
      if (value === null || (last.get(value.profile_id) ?? 0) >= value.version) return [];
      return [{ key: value.profile_id, partition: profile.partition, value }];
    });
    if (records.length > 0) await write(records);
    emitted += records.length;
  }
  return { profiles: seen, emitted };
}

import type { ProfileChanged } from '@hilo/schemas';
import { describeCurrent, type StoredProfile } from './domain/describe-current.ts';

/** A profile as the stage's own table has it, with the partition that it belongs to. */
export interface PlacedProfile extends StoredProfile {
  readonly partition: number;
}

/** A record for the topic of current profiles. */
export interface CurrentRecord {
  readonly key: string;
  readonly partition: number;
  readonly value: ProfileChanged;
}

/** What the job works on. */
export interface ReEmissionParts {
  /** All profiles of the stage, page by page. */
  readonly profiles: () => AsyncIterable<readonly PlacedProfile[]>;
  /** Version of the last record of each profile in the topic, as far as it is written now. */
  readonly lastVersions: () => Promise<ReadonlyMap<string, number>>;
  readonly write: (records: readonly CurrentRecord[]) => Promise<void>;
  readonly now_ms: () => number;
}

/** What a pass over all profiles found. */
export interface Pass {
  readonly profiles: number;
  readonly emitted: number;
}

/** Passes before the job gives up: each but the first mends what changed while the one before it wrote. */
export const PASSES_MAX = 5;

/**
 * Emits the current record of each profile again whose last record in the topic is older than its state, or missing. The
 * stage may run meanwhile: a record that it publishes between the look at the topic and the write is followed by an older
 * one, so the job looks again, until a pass finds nothing to do. Hands back the passes; the last emitted nothing unless
 * there were `PASSES_MAX`. Memory: about 100 bytes a profile.
 */
export async function reEmit(parts: ReEmissionParts): Promise<readonly Pass[]> {
  const passes: Pass[] = [];
  for (;;) {
    const pass = await passOver(parts);
    passes.push(pass);
    if (pass.emitted === 0 || passes.length === PASSES_MAX) return passes;
  }
}

async function passOver({ profiles, lastVersions, write, now_ms }: ReEmissionParts): Promise<Pass> {
  // Read before the states: what is published meanwhile is newer than what is compared, and never emitted for it.
  const last = await lastVersions();
  let seen = 0;
  let emitted = 0;
  for await (const page of profiles()) {
    seen += page.length;
    const records = page.flatMap((profile): readonly CurrentRecord[] => {
      const value = describeCurrent(profile, now_ms());
      if (value === null || (last.get(value.profile_id) ?? 0) >= value.version) return [];
      return [{ key: value.profile_id, partition: profile.partition, value }];
    });
    if (records.length > 0) await write(records);
    emitted += records.length;
  }
  return { profiles: seen, emitted };
}

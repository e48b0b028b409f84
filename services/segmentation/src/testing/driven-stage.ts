import { UTC } from '@hilo/behaviour';
import type { Condition } from '@hilo/behaviour/version-2';
import type { EventIdentified, MembershipChanged, ProfileChanged, ProfilesMerged, SegmentDefined } from '@hilo/schemas';
import { partitionOf, type RecordsRead } from '@hilo/streaming';
import { StageDriver } from '@hilo/streaming/testing';
import type { Definitions } from '../domain/definitions.ts';
import type { ProfileState } from '../domain/profile-state.ts';
import { segmentationStage } from '../stage.ts';
import type { TOPOLOGY } from '../topology.ts';
import { MemberTables } from './member-tables.ts';
import { A_DEFINITION, A_MERGE, A_PROFILE, AN_EVENT } from './records.ts';

/** When the clock of a driven stage starts. */
export const START_MS = Date.UTC(2026, 5, 1);

const PARTITIONS = 4;

/** Two profile ids in different partitions, so that a merge crosses them. */
export const [ALICE, BOB] = inDifferentPartitions(['p_alice', 'p_bob', 'p_carol', 'p_dora', 'p_emil']);

/** The stage on the streaming library's driver, with its inputs and outputs as methods. */
export class DrivenStage {
  readonly tables = new MemberTables();
  readonly driver: StageDriver<never, RecordsRead<typeof TOPOLOGY>, ProfileState, Definitions>;
  /** What was counted, in the order of the commits. */
  readonly counted: MembershipChanged[] = [];
  private sent = 0;
  private number = 0;

  constructor() {
    this.driver = new StageDriver({
      ...segmentationStage({ zone: UTC, metrics: { decided: (change) => this.counted.push(change) } }),
      startMs: START_MS,
      partitions: PARTITIONS,
      tables: this.tables,
    });
  }

  get nowMs(): number {
    return this.driver.clock.nowMs();
  }

  /** Saves a definition and lets the stage read it: topics have no order among each other. */
  async define(segment: string, version: number, condition: Condition | null): Promise<void> {
    const definition = condition === null ? null : JSON.stringify(condition);
    this.number += 1;
    const { number } = this;
    const value: SegmentDefined = {
      ...A_DEFINITION,
      segment,
      version,
      name: segment,
      definition,
      decided_at: this.nowMs,
      number,
    };
    for (let partition = 0; partition < PARTITIONS; partition += 1) {
      this.driver.pipe('segments.definitions', segment, value, partition);
    }
    await this.driver.run();
  }

  /** A track call at the current time; messageIds are m1, m2, … */
  event(profile_id: string, event: string, more: Partial<EventIdentified> = {}): void {
    this.sent += 1;
    const { nowMs } = this;
    const named = { profile_id, event, message_id: `m${this.sent}`, timestamp: nowMs, received_at: nowMs };
    this.driver.pipe('events.identified', profile_id, { ...AN_EVENT, ...named, ...more });
  }

  /** A record of the profile service; its messageId is t and the version. */
  profile(profile_id: string, version: number, traits: object, more: Partial<ProfileChanged> = {}): void {
    const identifiers = [{ type: 'user_id', value: profile_id }];
    const named = { profile_id, version, identifiers, message_id: `t${version}`, event_time: this.nowMs };
    this.driver.pipe('profiles.changed', profile_id, {
      ...A_PROFILE,
      ...named,
      traits: JSON.stringify(traits),
      ...more,
    });
  }

  /** The notice of a merge. */
  merge(merge_id: string, absorbed: string, survivor: string, more: Partial<ProfilesMerged> = {}): void {
    this.driver.pipe('identity.merges', absorbed, { ...A_MERGE, merge_id, absorbed, survivor, ...more });
  }

  /** The published changes, each once: after a crash the last ones are sent again. */
  changes(): readonly MembershipChanged[] {
    const records = this.driver.outputs('segments.membership').map(({ value }) => value as MembershipChanged);
    return [...new Map(records.map((record) => [`${record.profile_id} ${record.version}`, record])).values()];
  }

  /** What compaction leaves of the topic of current members, by key. */
  kept(): ReadonlyMap<string, MembershipChanged> {
    const kept = new Map<string, MembershipChanged>();
    for (const { key, value } of this.driver.outputs('segments.members')) {
      if (value === null) kept.delete(key ?? '');
      else kept.set(key ?? '', value as MembershipChanged);
    }
    return kept;
  }

  changesOf(profile_id: string): readonly MembershipChanged[] {
    return this.changes().filter((record) => record.profile_id === profile_id);
  }

  /** The published changes, in words, sorted. */
  words(): readonly string[] {
    return this.changes()
      .map((one) => `${one.profile_id} ${one.status} ${one.segment} v${one.segment_version} by ${one.reason}`)
      .sort();
  }

  /** Segments and their members: as published, as the compacted topic keeps them, and as copied to the tables. */
  members(): {
    readonly published: object;
    readonly kept: object;
    readonly mirrored: object;
    readonly counted: object;
  } {
    const published = new Map<string, Set<string>>();
    for (const { segment, profile_id, status } of this.changes()) {
      const profiles = published.get(segment) ?? new Set();
      published.set(segment, profiles);
      if (status === 'entered') profiles.add(profile_id);
      else profiles.delete(profile_id);
    }
    const counted = [...this.tables.counts].filter(([, count]) => count !== 0);
    const kept = new Map<string, Set<string>>();
    for (const { segment, profile_id } of this.kept().values()) {
      kept.set(segment, (kept.get(segment) ?? new Set()).add(profile_id));
    }
    return {
      published: inhabited(published),
      kept: inhabited(kept),
      mirrored: inhabited(this.tables.members),
      counted: Object.fromEntries(counted),
    };
  }
}

function inhabited(members: ReadonlyMap<string, ReadonlySet<string>>): object {
  return Object.fromEntries([...members].filter(([, profiles]) => profiles.size > 0));
}

function inDifferentPartitions(ids: readonly string[]): [string, string] {
  const [first = ''] = ids;
  const other = ids.find((id) => partitionOf(id, PARTITIONS) !== partitionOf(first, PARTITIONS));
  if (other === undefined) throw new Error('all ids share a partition');
  return [first, other];
}

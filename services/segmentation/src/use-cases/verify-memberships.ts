import { setTimeout as sleep } from 'node:timers/promises';
import type { AskedKeys } from '@hilo/streaming';
import {
  commonMoment,
  type CommittedProfile,
  countedFromMs,
  type Difference,
  differencesOf,
  type Undecided,
  whyUndecided,
} from '../domain/verify.ts';
import type { CommittedProfiles, CommittedRange, RecordedProfiles, RecordedRange } from '../ports.ts';

/** Profiles of one snapshot. */
const RANGE = 2_000;
/** How often profiles are asked again that are undecided, or whose answers differ, and how long after. */
const AGAIN = 5;
const AGAIN_AFTER_MS = 1_000;

/** How the answers of a range of profiles compare. */
export interface RangeVerified {
  readonly checked: number;
  /** How many could not be compared, by the reason. */
  readonly undecided: ReadonlyMap<Undecided, number>;
  readonly differences: readonly Difference[];
  /** Segments that were not compared with ClickHouse: their events began to count after the first one was received. */
  readonly countedSince: ReadonlySet<string>;
  /** Up to which profile the partition is verified; null: to its end. */
  readonly to: string | null;
  readonly position: Position;
}

/** Where the stage stood. */
export interface Position {
  readonly partition: number;
  /** The moment of the questions, milliseconds since the epoch. */
  readonly momentMs: number;
  /** Offsets of `events.identified`, by partition: the events below them count. */
  readonly offsets: readonly number[];
}

/** Ranges of profiles, added up. */
export interface Verified {
  readonly checked: number;
  readonly undecided: ReadonlyMap<Undecided, number>;
  /** The first of them. */
  readonly differences: readonly Difference[];
  /** How many there are. */
  readonly total: number;
  readonly countedSince: ReadonlySet<string>;
  /** Where the stage stood for the last range of each partition. */
  readonly positions: readonly Position[];
}

/** Most differences that are kept; they are counted beyond. */
const DIFFERENCES = 1_000;

/** Nothing verified yet. */
export const NOTHING_VERIFIED: Verified = {
  ...{ checked: 0, undecided: new Map(), differences: [], total: 0, countedSince: new Set(), positions: [] },
};

/** The sum with one more range. */
export function withRange(sum: Verified, range: RangeVerified): Verified {
  const undecided = new Map(sum.undecided);
  for (const [reason, count] of range.undecided) undecided.set(reason, (undecided.get(reason) ?? 0) + count);
  return {
    checked: sum.checked + range.checked,
    undecided,
    differences: [...sum.differences, ...range.differences].slice(0, DIFFERENCES),
    total: sum.total + range.differences.length,
    countedSince: new Set([...sum.countedSince, ...range.countedSince]),
    positions: [...sum.positions.filter(({ partition }) => partition !== range.position.partition), range.position],
  };
}

/** What became of one profile. */
type Verdict = { readonly undecided: Undecided } | { readonly differences: readonly Difference[] };

interface Round {
  readonly verdicts: ReadonlyMap<string, Verdict>;
  readonly countedSince: ReadonlySet<string>;
  readonly to: string | null;
  readonly position: Position;
}

/** Compares what was published with the stage's state, and both with ClickHouse. */
export class VerifyMemberships {
  readonly #committed: CommittedProfiles;
  readonly #recorded: RecordedProfiles;
  readonly #again: number;
  readonly #againAfterMs: number;

  constructor(options: {
    readonly committed: CommittedProfiles;
    readonly recorded: RecordedProfiles;
    readonly again?: number;
    readonly againAfterMs?: number;
  }) {
    this.#committed = options.committed;
    this.#recorded = options.recorded;
    this.#again = options.again ?? AGAIN;
    this.#againAfterMs = options.againAfterMs ?? AGAIN_AFTER_MS;
  }

  /**
   * Verifies the profiles of a partition that come after one, at most 2,000. `segment`: only this one; null: all. Asks again for a few
   * seconds what is undecided or differs: only what stays so is reported. Throws a problem if ClickHouse does not answer.
   */
  async range(partition: number, after: string, segment: string | null, signal: AbortSignal): Promise<RangeVerified> {
    const first = await this.#round(partition, { after, limit: RANGE }, segment, signal);
    const verdicts = new Map(first.verdicts);
    for (let again = 0; again < this.#again; again += 1) {
      const names = [...verdicts].filter(([, verdict]) => isOpen(verdict)).map(([profile_id]) => profile_id);
      if (names.length === 0) break;
      await sleep(this.#againAfterMs, undefined, { signal });
      const next = await this.#round(partition, { names }, segment, signal);
      for (const [profile_id, verdict] of next.verdicts) verdicts.set(profile_id, verdict);
    }
    return { ...summed(verdicts), countedSince: first.countedSince, to: first.to, position: first.position };
  }

  async #round(partition: number, asked: AskedKeys, segment: string | null, signal: AbortSignal): Promise<Round> {
    const committed = await this.#committed.read(partition, asked);
    const range = { ...committed, profiles: [...committed.profiles, ...missing(committed, asked)] };
    const { to } = range;
    const recorded = await this.#recorded.look(range, asked, signal);
    const profiles = [...range.profiles, ...(recorded?.unknown ?? []).map(unknownProfile)];
    const momentMs = commonMoment(range.momentMs, profiles);
    const position = { partition, momentMs, offsets: range.offsets('events.identified') };
    if (recorded === null) {
      const behind: Verdict = { undecided: 'history_behind' };
      return {
        verdicts: new Map(profiles.map((one) => [one.profile_id, behind])),
        countedSince: new Set(),
        to,
        position,
      };
    }
    const segments = segment === null ? [...range.definitions.segments.keys()] : [segment];
    const countedSince = new Set(segments.filter((key) => isCountedSince(key, range, recorded)));
    const verdicts = await this.#compared(range, recorded, { profiles, segments, countedSince, momentMs });
    return { verdicts, countedSince, to, position };
  }

  async #compared(
    range: CommittedRange,
    recorded: RecordedRange,
    asked: {
      readonly profiles: readonly CommittedProfile[];
      readonly segments: readonly string[];
      readonly countedSince: ReadonlySet<string>;
      readonly momentMs: number;
    },
  ): Promise<ReadonlyMap<string, Verdict>> {
    const { profiles, segments, countedSince, momentMs } = asked;
    const { compiled } = range;
    const verdicts = new Map<string, Verdict>();
    const decided: CommittedProfile[] = [];
    for (const profile of profiles) {
      const undecided = whyUndecided(profile, recorded.recorded.get(profile.profile_id) ?? UNRECORDED, range, momentMs);
      if (undecided === null) decided.push(profile);
      else verdicts.set(profile.profile_id, { undecided });
    }
    const compared = new Set(segments.filter((key) => compiled.segments.has(key) && !countedSince.has(key)));
    const live = decided.filter(({ isAbsorbed }) => !isAbsorbed).map(({ profile_id }) => profile_id);
    const members =
      live.length === 0 || compared.size === 0 ? NO_MEMBERS : await recorded.members(live, [...compared], momentMs);
    for (const profile of decided) {
      const inHistory = { compared, members: members.get(profile.profile_id) ?? NONE };
      const differences = differencesOf(profile, inHistory, compiled, segments, momentMs);
      verdicts.set(profile.profile_id, { differences });
    }
    return verdicts;
  }
}

const NONE: ReadonlySet<string> = new Set();
const NO_MEMBERS: ReadonlyMap<string, ReadonlySet<string>> = new Map();
const UNRECORDED = { isAbsorbed: false, isMergedSince: false, isHandedOver: false, profileVersion: 0 };

function isOpen(verdict: Verdict): boolean {
  return 'undecided' in verdict || verdict.differences.length > 0;
}

/** Profiles that were asked for by name, and that the stage does not know. */
function missing({ profiles }: CommittedRange, asked: AskedKeys): readonly CommittedProfile[] {
  if ('after' in asked) return [];
  const known = new Set(profiles.map(({ profile_id }) => profile_id));
  return asked.names.filter((name) => !known.has(name)).map(unknownProfile);
}

function unknownProfile(profile_id: string): CommittedProfile {
  return { profile_id, state: null, isAbsorbed: false, isHeld: false, isWaiting: false, listed: NONE };
}

/** True if ClickHouse may have events that came before the segment counted any. */
function isCountedSince(
  segment: string,
  { compiled, definitions }: CommittedRange,
  { firstReceivedMs }: RecordedRange,
) {
  const fromMs = countedFromMs(segment, compiled, definitions.counting_since_ms);
  return fromMs !== null && firstReceivedMs !== null && fromMs > firstReceivedMs;
}

function summed(verdicts: ReadonlyMap<string, Verdict>): Pick<RangeVerified, 'checked' | 'undecided' | 'differences'> {
  const undecided = new Map<Undecided, number>();
  const differences: Difference[] = [];
  let checked = 0;
  for (const verdict of verdicts.values()) {
    if ('undecided' in verdict) undecided.set(verdict.undecided, (undecided.get(verdict.undecided) ?? 0) + 1);
    else {
      checked += 1;
      differences.push(...verdict.differences);
    }
  }
  return { checked, undecided, differences };
}

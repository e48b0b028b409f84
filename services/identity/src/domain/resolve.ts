import type { Identifier, IdentityRules, Mention } from '@hilo/schemas';
import { deriveId } from './derive-id.ts';
import type { Evidence, GraphMerge, GraphProfile, IdentityGraph } from './identity-graph.ts';
import { keyOf } from './identity-graph.ts';

/** What a resolution needs to know about its event. */
export interface Occasion {
  readonly evidence: Evidence;
  /** When Hilo received the event, in ms: the creation time of a profile that it creates. */
  readonly received_at_ms: number;
  /** Id of the profile, if the event creates one. */
  newProfileId(): string;
}

/** Which profile the event belongs to, and what it changed in the graph. */
export interface Resolution {
  readonly profile_id: string;
  /** Identifiers of the event that belong to the profile, by priority. */
  readonly identifiers: readonly Identifier[];
  /** Identifiers that this event linked. */
  readonly linked: readonly Identifier[];
  /** Identifiers that were set aside because they would break a limit, by priority. */
  readonly set_aside: readonly Identifier[];
  readonly merges: readonly GraphMerge[];
}

/**
 * Finds an event's profile by its identifiers: creates one, extends one, or merges several. If the result would break a
 * limit, sets the identifier of the lowest priority aside and matches again. Null if there are no identifiers.
 */
export function resolve(
  graph: IdentityGraph,
  mentions: readonly Mention[],
  occasion: Occasion,
  rules: IdentityRules,
): Resolution | null {
  const all = byPriority(settle(graph, mentions), rules);
  const kept = longestWithinLimits(graph, all, rules);
  if (kept === 0) return null;
  const identifiers = all.slice(0, kept);
  return { ...join(graph, matchAll(graph, identifiers), occasion), identifiers, set_aside: all.slice(kept) };
}

/** What a set of identifiers finds in the graph. */
interface Match {
  /** Distinct profiles found. */
  readonly profiles: readonly GraphProfile[];
  /** Unknown identifiers. */
  readonly unknown: readonly Identifier[];
}

/** Decides the type of each mention whose type is open; lists each identifier once. */
function settle(graph: IdentityGraph, mentions: readonly Mention[]): readonly Identifier[] {
  const settled = new Map<string, Identifier>();
  for (const { readings } of mentions) {
    const identifier =
      readings.find((reading) => graph.profileOf(reading) !== undefined) ?? readings.at(-1) ?? readings[0];
    settled.set(keyOf(identifier), settled.get(keyOf(identifier)) ?? identifier);
  }
  return [...settled.values()];
}

/** Stable: of two identifiers of one type, the one that the event's origins name first comes first. */
function byPriority(identifiers: readonly Identifier[], rules: IdentityRules): readonly Identifier[] {
  const rank = new Map(rules.identifiers.map((rule, index) => [rule.type, index]));
  return identifiers.toSorted((a, b) => (rank.get(a.type) ?? 0) - (rank.get(b.type) ?? 0));
}

function matchAll(graph: IdentityGraph, identifiers: readonly Identifier[]): Match {
  const profiles = new Set<GraphProfile>();
  const unknown: Identifier[] = [];
  for (const identifier of identifiers) {
    const profile = graph.profileOf(identifier);
    if (profile === undefined) unknown.push(identifier);
    else profiles.add(profile);
  }
  return { profiles: [...profiles], unknown };
}

/**
 * How many identifiers, from the first on, fit on one profile together. Looks at each once: trying all, then all but
 * the last, and so on, would take quadratic time.
 */
function longestWithinLimits(graph: IdentityGraph, identifiers: readonly Identifier[], rules: IdentityRules): number {
  const limits = new Map(rules.identifiers.map((rule) => [rule.type, rule.limit]));
  const counts = new Map<string, number>();
  const profiles = new Set<GraphProfile>();
  let hasUnknown = false;
  let exceeded = false;
  let longest = 0;
  const count = ({ type }: Identifier): void => {
    const now = (counts.get(type) ?? 0) + 1;
    counts.set(type, now);
    if (now > (limits.get(type) ?? Number.POSITIVE_INFINITY)) exceeded = true;
  };
  for (const [index, identifier] of identifiers.entries()) {
    const profile = graph.profileOf(identifier);
    if (profile === undefined) {
      hasUnknown = true;
      count(identifier);
    } else if (!profiles.has(profile)) {
      profiles.add(profile);
      profile.identifiers.forEach(count);
    }
    // A profile without new identifiers is always within the limits, even if a limit was lowered later.
    if (!exceeded || (profiles.size === 1 && !hasUnknown)) longest = index + 1;
  }
  return longest;
}

function join(
  graph: IdentityGraph,
  { profiles, unknown }: Match,
  { evidence, received_at_ms, newProfileId }: Occasion,
): Pick<Resolution, 'profile_id' | 'linked' | 'merges'> {
  const [survivor = graph.create(newProfileId(), received_at_ms), ...others] = profiles.toSorted(bySurvival);
  const merges = others.map((absorbed) =>
    graph.absorb(
      survivor,
      absorbed,
      deriveId('m_', [absorbed.profile_id, survivor.profile_id, evidence.source, evidence.message_id]),
      evidence,
    ),
  );
  graph.link(survivor, unknown, evidence);
  return { profile_id: survivor.profile_id, linked: unknown, merges };
}

/** The profile of a known user survives, else the oldest; ids break ties. */
function bySurvival(a: GraphProfile, b: GraphProfile): number {
  const known = (profile: GraphProfile): number =>
    profile.identifiers.some((identifier) => identifier.type === 'user_id') ? 0 : 1;
  return known(a) - known(b) || a.created_at_ms - b.created_at_ms || (a.profile_id < b.profile_id ? -1 : 1);
}

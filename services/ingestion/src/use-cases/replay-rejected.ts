import type { EventReceived } from '@hilo/schemas';
import { keyOf } from '../domain/judge-event.ts';
import { digestOf } from '../domain/message-window.ts';
import { type KeptRejection, type ReplayedEvent, replayEvents, sourceOfRejection } from '../domain/replay-event.ts';
import type { Source } from '../domain/source.ts';
import type { EventLog, RejectionStore, SeenMessages } from '../ports.ts';

/**
 * The result of a replay. `accepted`: all of its events. `partly`: some of them; the others were rejected again.
 * `sent`: the log has them durably, and the stage has not judged them yet. `duplicate`: they were accepted before;
 * nothing was sent. `rejected`: none passes the checks; nothing was sent. `not_kept`: the original was too long to
 * store. `not_found`: no such rejection exists, or no longer.
 */
export type ReplayState = 'accepted' | 'partly' | 'sent' | 'duplicate' | 'rejected' | 'not_kept' | 'not_found';

/** The result of replaying one rejection. */
export interface ReplayOutcome {
  readonly rejection_id: string;
  readonly state: ReplayState;
  /** Events of its original bytes: one, except for a request that was rejected as a whole. */
  readonly events: number;
  readonly message_id: string | null;
  /** Of the first event that was rejected again; null if there is none. */
  readonly reason: string | null;
  readonly field: string | null;
  readonly message: string | null;
}

/** What a replay needs. */
export interface ReplayDependencies {
  readonly rejections: Pick<RejectionStore, 'find' | 'markReplayed'>;
  readonly seen: SeenMessages;
  readonly findSources: (keys: readonly string[]) => Promise<readonly Source[]>;
  readonly log: EventLog;
  readonly encode: (event: EventReceived) => Buffer;
  readonly nowMs: () => number;
  readonly pause: (timeMs: number) => Promise<void>;
}

/** How long an answer waits for the stage's verdict. */
const VERDICT_WITHIN_MS = 3_000;
const LOOK_EVERY_MS = 50;

/**
 * Sends rejected events through the same checks again. Rejects with `LogUnavailableError`; repeating the call is
 * harmless.
 */
export function replayRejected(
  dependencies: ReplayDependencies,
): (ids: readonly string[]) => Promise<readonly ReplayOutcome[]> {
  return async (ids) => {
    const found = new Map((await dependencies.rejections.find(ids)).map((kept) => [kept.rejection_id, kept] as const));
    const sources = await sourcesOf(dependencies, [...found.values()]);
    const attempts: Attempt[] = [];
    for (const rejection_id of new Set(ids)) {
      const kept = found.get(rejection_id);
      attempts.push(
        kept === undefined ? nothing(rejection_id, 'not_found') : await attempt(dependencies, kept, sources),
      );
    }
    const waiting = attempts.flatMap(({ digests }) => digests);
    const accepted = await verdicts(dependencies, waiting);
    const outcomes = attempts.map((one) => concluded(one, accepted));
    const done = outcomes.filter(({ state }) => state === 'accepted' || state === 'duplicate');
    await dependencies.rejections.markReplayed(
      done.map(({ rejection_id }) => rejection_id),
      dependencies.nowMs(),
    );
    return outcomes;
  };
}

interface Attempt {
  readonly outcome: ReplayOutcome;
  /** Of the events that were sent. */
  readonly digests: readonly string[];
}

async function sourcesOf({ findSources }: ReplayDependencies, kept: readonly KeptRejection[]) {
  const keys = [...new Set(kept.map(sourceOfRejection))];
  const sources = keys.length === 0 ? [] : await findSources(keys);
  return new Map(sources.map((source) => [source.key, source] as const));
}

async function attempt(
  dependencies: ReplayDependencies,
  kept: KeptRejection,
  sources: ReadonlyMap<string, Source>,
): Promise<Attempt> {
  const { rejection_id } = kept;
  if (kept.replayed_at_ms !== null) return nothing(rejection_id, 'duplicate');
  if (kept.original === null || !kept.isWhole) return nothing(rejection_id, 'not_kept');
  const replayed = replayEvents(kept, sources.get(sourceOfRejection(kept)), dependencies.nowMs());
  const passing = replayed.filter(({ verdict }) => verdict.kind === 'accepted');
  const seen = await dependencies.seen.among(passing.map(digestOfEvent));
  const fresh = passing.filter((one) => !seen.has(digestOfEvent(one)));
  await dependencies.log.append(fresh.map(({ event }) => ({ key: keyOf(event), value: dependencies.encode(event) })));
  const refused = replayed.find(({ verdict }) => verdict.kind === 'rejected');
  return {
    outcome: {
      rejection_id,
      state: stateOf({ passing: passing.length, fresh: fresh.length, refused: replayed.length - passing.length }),
      events: replayed.length,
      message_id: replayed.length === 1 ? (replayed[0]?.event.message_id ?? null) : null,
      ...faultOf(refused),
    },
    digests: fresh.map(digestOfEvent),
  };
}

function stateOf(counts: { passing: number; fresh: number; refused: number }): ReplayState {
  if (counts.fresh > 0) return 'sent';
  if (counts.refused === 0) return 'duplicate';
  return counts.passing > 0 ? 'partly' : 'rejected';
}

function faultOf(refused: ReplayedEvent | undefined): Pick<ReplayOutcome, 'reason' | 'field' | 'message'> {
  if (refused?.verdict.kind !== 'rejected') return { reason: null, field: null, message: null };
  const { reason, field, message } = refused.verdict.event;
  return { reason, field, message };
}

function nothing(rejection_id: string, state: ReplayState): Attempt {
  const none = { events: 0, message_id: null, reason: null, field: null, message: null };
  return { outcome: { rejection_id, state, ...none }, digests: [] };
}

function digestOfEvent({ event }: ReplayedEvent): string {
  return digestOf(event.source, event.message_id ?? '');
}

/** The ones that the stage has accepted by now; waits briefly for those that it has not judged. */
async function verdicts({ seen, pause }: ReplayDependencies, digests: readonly string[]): Promise<ReadonlySet<string>> {
  let accepted = await seen.among(digests);
  // Counts pauses instead of reading a clock, which may step back.
  for (let waitedMs = 0; accepted.size < new Set(digests).size && waitedMs < VERDICT_WITHIN_MS; ) {
    await pause(LOOK_EVERY_MS);
    waitedMs += LOOK_EVERY_MS;
    accepted = await seen.among(digests);
  }
  return accepted;
}

function concluded({ outcome, digests }: Attempt, accepted: ReadonlySet<string>): ReplayOutcome {
  if (outcome.state !== 'sent' || !digests.every((digest) => accepted.has(digest))) return outcome;
  return { ...outcome, state: outcome.reason === null ? 'accepted' : 'partly' };
}

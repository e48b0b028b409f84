import type { Checkpoint } from './checkpoint.ts';

/**
 * What the log remembers about a partition's checkpoint. A store that lost its last commits (a standby that was behind,
 * a backup that was restored) knows less than the log, which reveals it.
 */
export interface ReportedCheckpoint {
  /** Incarnation and revision of the last reported checkpoint. */
  readonly incarnation: string;
  readonly revision: number;
  /** Its offsets, by topic. */
  readonly offsets: Readonly<Record<string, number>>;
  /** When it was reported, by the clock of the reporting instance. */
  readonly toldMs: number;
}

/** What is reported of a checkpoint beside its offsets, as one text. */
export function encodeReport({ incarnation, revision }: Checkpoint, nowMs: number): string {
  return `${incarnation}/${revision}/${nowMs}`;
}

/** Reads what `encodeReport` wrote; null for other texts. */
export function decodeReport(text: string): Omit<ReportedCheckpoint, 'offsets'> | null {
  const [, incarnation, revision, toldMs] = /^([^/]+)\/(\d{1,15})\/(\d{1,15})$/.exec(text) ?? [];
  if (incarnation === undefined) return null;
  return { incarnation, revision: Number(revision), toldMs: Number(toldMs) };
}

/** The newest report about the topics of one partition; undefined: none that names its checkpoint. */
export function newestReport(
  topics: readonly { readonly topic: string; readonly offset: number; readonly text: string }[],
): ReportedCheckpoint | undefined {
  const told = topics.flatMap(({ topic, offset, text }) => {
    const found = decodeReport(text);
    return found === null ? [] : [{ topic, offset, ...found }];
  });
  const newest = told.reduce<(typeof told)[number] | undefined>(
    (best, one) => (best === undefined || one.toldMs > best.toldMs ? one : best),
    undefined,
  );
  if (newest === undefined) return undefined;
  const { incarnation, toldMs } = newest;
  const same = told.filter((one) => one.incarnation === incarnation);
  const revision = Math.max(...same.map((one) => one.revision));
  return { incarnation, revision, toldMs, offsets: Object.fromEntries(same.map((one) => [one.topic, one.offset])) };
}

/**
 * What the log knows that the checkpoint does not, in words; null: nothing, so the store lost no commit that anyone
 * saw. `sent`: the last sequence of the checkpoint's origin in each `topic/partition`, as far as scanned.
 */
export function knownBeyond(
  checkpoint: Checkpoint,
  told: ReportedCheckpoint | undefined,
  sent: Readonly<Record<string, number>>,
): string | null {
  for (const [where, sequence] of Object.entries(sent)) {
    const last = checkpoint.sent[where] ?? 0;
    if (sequence > last) return `sequence ${sequence} was sent to ${where}, the store knows of ${last}`;
  }
  if (told === undefined) return null;
  if (told.incarnation !== checkpoint.incarnation) {
    if (checkpoint.former.includes(told.incarnation)) return null;
    if (checkpoint.revision > 0) return `incarnation ${told.incarnation} was told, the store knows nothing of it`;
    return `commit ${told.revision} was reported, but the store has nothing of the partition`;
  }
  for (const [topic, offset] of Object.entries(told.offsets)) {
    const next = checkpoint.offsets[topic] ?? 0;
    if (offset > next) return `${topic} was read up to offset ${offset}, the store knows of ${next}`;
  }
  if (told.revision <= checkpoint.revision) return null;
  return `commit ${told.revision} was reported, but the store has ${checkpoint.revision}`;
}

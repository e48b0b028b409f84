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
  /** When the reporting instance last knew that no later one exists, by its wall clock. */
  readonly knownMs: number;
}

/** What is reported of a checkpoint beside its offsets, as one text. `knownMs`: as in `ReportedCheckpoint`. */
export function encodeReport({ incarnation, revision }: Checkpoint, knownMs: number): string {
  return `${incarnation}/${revision}/${knownMs}`;
}

/** Reads what `encodeReport` wrote; null for other texts. */
export function decodeReport(text: string): Omit<ReportedCheckpoint, 'offsets'> | null {
  const [, incarnation, revision, knownMs] = /^([^/]+)\/(\d{1,15})\/(\d{1,15})$/.exec(text) ?? [];
  if (incarnation === undefined) return null;
  return { incarnation, revision: Number(revision), knownMs: Number(knownMs) };
}

/** The newest report about the topics of one partition; undefined: none that names its checkpoint. */
export function newestReport(
  topics: readonly { readonly topic: string; readonly offset: number; readonly text: string }[],
): ReportedCheckpoint | undefined {
  const reports = topics.flatMap(({ topic, offset, text }) => {
    const found = decodeReport(text);
    return found === null ? [] : [{ topic, offset, ...found }];
  });
  const newest = reports.reduce<(typeof reports)[number] | undefined>(
    (best, one) => (best === undefined || one.knownMs > best.knownMs ? one : best),
    undefined,
  );
  if (newest === undefined) return undefined;
  const { incarnation, knownMs } = newest;
  const same = reports.filter((one) => one.incarnation === incarnation);
  const revision = Math.max(...same.map((one) => one.revision));
  return { incarnation, revision, knownMs, offsets: Object.fromEntries(same.map((one) => [one.topic, one.offset])) };
}

/**
 * What the log knows that the checkpoint does not, in words; null: nothing, so the store lost no commit that anyone
 * saw. `sent`: the last sequence of the checkpoint's origin in each `topic/partition`, as far as scanned.
 */
export function knownBeyond(
  checkpoint: Checkpoint,
  report: ReportedCheckpoint | undefined,
  sent: Readonly<Record<string, number>>,
): string | null {
  for (const [where, sequence] of Object.entries(sent)) {
    const last = checkpoint.sent[where] ?? 0;
    if (sequence > last) return `sequence ${sequence} was sent to ${where}, the store knows of ${last}`;
  }
  if (report === undefined) return null;
  if (report.incarnation !== checkpoint.incarnation) {
    if (checkpoint.former.includes(report.incarnation)) return null;
    if (checkpoint.revision > 0)
      return `incarnation ${report.incarnation} was reported, but the store does not know it`;
    return `commit ${report.revision} was reported, but the store has nothing of the partition`;
  }
  for (const [topic, offset] of Object.entries(report.offsets)) {
    const next = checkpoint.offsets[topic] ?? 0;
    if (offset > next) return `${topic} was read up to offset ${offset}, the store knows of ${next}`;
  }
  if (report.revision <= checkpoint.revision) return null;
  return `commit ${report.revision} was reported, but the store has ${checkpoint.revision}`;
}

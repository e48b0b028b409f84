import { hash } from 'node:crypto';

/** Days for which a messageId is remembered, at least. */
export const WINDOW_DAYS = 7;

const DAY_MS = 86_400_000;
/** Closer than this to midnight, instances may disagree about the day. */
const MIDNIGHT_MARGIN_MS = 300_000;

/** The digest of a source's messageId: 128 bits of SHA-256, written like a UUID without dashes. */
export function digestOf(source: string, message_id: string): string {
  return hash('sha256', `${source}\0${message_id}`, 'hex').slice(0, 32);
}

/** A day (`2026-11-22`, UTC): the partition that a digest is written to. */
export function dayOf(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10);
}

/**
 * The days under which a digest is written. The table is unique per digest and day, so two instances that take the same
 * message at once collide, and one of them looks again. Around midnight each writes both days; otherwise one could
 * write the old day and the other the new one, and both would accept the message.
 */
export function daysToWrite(nowMs: number): readonly string[] {
  const days = new Set([dayOf(nowMs - MIDNIGHT_MARGIN_MS), dayOf(nowMs), dayOf(nowMs + MIDNIGHT_MARGIN_MS)]);
  return [...days];
}

/** The days whose partitions must exist: remembered ones, and those that will be written soon. */
export function daysToKeep(nowMs: number): readonly string[] {
  return Array.from({ length: WINDOW_DAYS + 3 }, (_, index) => dayOf(nowMs + (index - WINDOW_DAYS) * DAY_MS));
}

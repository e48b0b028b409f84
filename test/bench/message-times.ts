/** Milliseconds since the epoch with a fraction, on this machine's clock. */
export function preciseNow(): number {
  return performance.timeOrigin + performance.now();
}

/** A messageId that contains when its event was due: latency counts from there, not from a late start. */
export function timedMessageId(run: string, sequence: number, due_ms: number): string {
  return `${run}-${sequence.toString(36)}-${Math.round(due_ms * 1000).toString(36)}`;
}

/** When the event of such a messageId was due; null for any other. */
export function dueTime(message_id: string, run: string): number | null {
  if (!message_id.startsWith(`${run}-`)) return null;
  const micros = Number.parseInt(message_id.slice(message_id.lastIndexOf('-') + 1), 36);
  return Number.isNaN(micros) ? null : micros / 1000;
}

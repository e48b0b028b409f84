/**
 * Throws if bytes have a format that this release does not read. During a rolling upgrade two releases run side by
 * side, and a partition may move back and forth between them: so a release reads the format after the one that it
 * writes. A format may therefore only add to the previous one, and only what a release can safely leave out.
 */
export function refuseUnreadableFormat(what: string, format: unknown, written: number): void {
  if (typeof format === 'number' && format >= 1 && format <= written + 1) return;
  throw new Error(`${what} has format ${String(format)}; this release reads formats up to ${written + 1}`);
}

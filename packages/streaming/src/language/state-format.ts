/**
 * Throws where bytes have a format that this release doesn't read. While releases are upgraded one by one, two run side by side,
 * and a partition may go back and forth between them: so a release reads the format after the one that it writes. A format may
 * therefore only add to the one before, and only what a release that leaves it out does no harm to.
 */
export function refuseUnreadableFormat(what: string, format: unknown, written: number): void {
  if (typeof format === 'number' && format >= 1 && format <= written + 1) return;
  throw new Error(`${what} has format ${String(format)}; this release reads formats up to ${written + 1}`);
}

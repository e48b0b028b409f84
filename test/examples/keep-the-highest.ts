/** A membership change, as in topic `segments.membership` and in webhook bodies. */
interface Change {
  profile_id: string;
  segment: string;
  version: number;
  status: string;
}

const newest = new Map<string, number>(); // in production: a table, written in the transaction that acts

/** True for a change that was not seen before; a repeat, or one that a newer one has overtaken, is false. */
export function isNew(change: Change): boolean {
  const key = `${change.profile_id} ${change.segment}`;
  if (change.version <= (newest.get(key) ?? 0)) return false;
  newest.set(key, change.version);
  return true;
}

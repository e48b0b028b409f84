/** A record of `segments.members` or `segments.membership`. */
interface Change {
  profile_id: string;
  segment: string;
  version: number;
  status: string;
}

const members = new Map<string, Change>(); // in production: a table

/** First, each record of `segments.members` up to the end; `key` is the record's key, null stands for no value. */
export function takeMember(key: string, member: Change | null): void {
  if (member === null) members.delete(key);
  else members.set(key, member);
}

/** Then, each record of `segments.membership`. */
export function takeChange(change: Change): void {
  const key = `${change.segment}/${change.profile_id}`;
  if (change.version <= (members.get(key)?.version ?? 0)) return;
  if (change.status === 'entered') members.set(key, change);
  else members.delete(key);
}

/** Keys of the members: segment, a slash and the profile id. */
export function currentMembers(): readonly string[] {
  return [...members.keys()].sort();
}

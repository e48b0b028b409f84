import { createHash } from 'node:crypto';
import { findingName, type Verdict } from './judge.ts';

/** A package of others in the lock. */
export interface Locked {
  readonly name: string;
  readonly version: string;
}

/** docs/advisories.json: which packages were compared with advisories, and when. */
export interface AdvisoryRecord {
  /** When all packages were compared last; null: never. */
  readonly checked_at: string | null;
  /** What they were compared with; null: nothing yet. */
  readonly source: string | null;
  /** SHA-256 of the package-lock.json that was compared. */
  readonly lock_sha256: string | null;
  /** `name@version` of each package that was compared. */
  readonly checked: readonly string[];
  /** `name@version` of those that were added where no advisories can be had: the next check compares them. */
  readonly unchecked: readonly string[];
  /** What was found, with the day on which it was first found. */
  readonly findings: readonly { readonly name: string; readonly severity: string; readonly since: string }[];
}

/** The packages of others in a package-lock.json, each version once, by name. */
export function packagesOf(lock: string): readonly Locked[] {
  const { packages } = JSON.parse(lock) as {
    readonly packages: Readonly<
      Record<string, { readonly name?: string; readonly version?: string; readonly link?: boolean }>
    >;
  };
  const found = new Map<string, Locked>();
  for (const [place, { name: alias, version, link }] of Object.entries(packages)) {
    if (!place.includes('node_modules/') || link === true || version === undefined) continue;
    const name = alias ?? place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
    found.set(`${name}@${version}`, { name, version });
  }
  return [...found.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

/** `name@version`. */
export function labelOf({ name, version }: Locked): string {
  return `${name}@${version}`;
}

/** The packages that a record does not have at all. */
export function missingIn({ checked, unchecked }: AdvisoryRecord, packages: readonly Locked[]): readonly string[] {
  const known = new Set([...checked, ...unchecked]);
  return packages.map(labelOf).filter((label) => !known.has(label));
}

/** The record after a check of everything. */
export function recordOf(
  lock: string,
  {
    source,
    nowMs,
    verdicts,
  }: { readonly source: string; readonly nowMs: number; readonly verdicts: readonly Verdict[] },
): AdvisoryRecord {
  return {
    checked_at: new Date(nowMs).toISOString(),
    source,
    lock_sha256: createHash('sha256').update(lock).digest('hex'),
    checked: packagesOf(lock).map(labelOf),
    unchecked: [],
    findings: verdicts.map((one) => ({
      ...{ name: findingName(one), severity: one.severity },
      since: new Date(one.since_ms).toISOString(),
    })),
  };
}

/** The record with the packages that were added since, as not compared; without those that are gone. */
export function withAdded(record: AdvisoryRecord, lock: string): AdvisoryRecord {
  const labels = packagesOf(lock).map(labelOf);
  const checked = labels.filter((label) => record.checked.includes(label));
  return { ...record, checked, unchecked: labels.filter((label) => !record.checked.includes(label)) };
}

/** Times at which findings were first found, by name. */
export function firstSeenIn({ findings }: AdvisoryRecord): ReadonlyMap<string, number> {
  return new Map(findings.map(({ name, since }) => [name, Date.parse(since)]));
}

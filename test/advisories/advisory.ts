import semver from 'semver';

/** How bad a fault is, as advisories say it. */
export const SEVERITIES = ['critical', 'high', 'moderate', 'low'] as const;

/** One of them. */
export type Severity = (typeof SEVERITIES)[number];

/** A fault of one npm package that somebody has published. */
export interface Advisory {
  /** Such as `GHSA-35jh-r3h4-6jhm`. */
  readonly id: string;
  readonly package: string;
  readonly severity: Severity;
  /** Null: the source does not say when. */
  readonly publishedMs: number | null;
  /** Which versions have the fault. */
  readonly affects: (version: string) => boolean;
}

/** A range of versions, by its ends in order. */
interface OsvEvent {
  readonly introduced?: string;
  readonly fixed?: string;
  readonly last_affected?: string;
}

interface OsvAffected {
  readonly package?: { readonly ecosystem?: string; readonly name?: string };
  readonly ranges?: readonly { readonly type?: string; readonly events?: readonly OsvEvent[] }[];
  readonly versions?: readonly string[];
}

/** An advisory in the OSV format, as far as it is read here: https://ossf.github.io/osv-schema. */
export interface OsvDocument {
  readonly id: string;
  readonly published?: string;
  readonly withdrawn?: string;
  readonly affected?: readonly OsvAffected[];
  readonly database_specific?: { readonly severity?: string };
}

/** The advisories of a document, one for each npm package; none if it was withdrawn. Throws if it is no such document. */
export function advisoriesOf(document: OsvDocument): readonly Advisory[] {
  if (typeof document?.id !== 'string') throw new Error('the document is no advisory of the OSV format: it has no id');
  if (document.withdrawn !== undefined) return [];
  const published = Date.parse(document.published ?? '');
  const ofNpm = (document.affected ?? []).filter((one) => one.package?.ecosystem === 'npm');
  return [...new Set(ofNpm.map((one) => one.package?.name ?? ''))].map((name) => {
    const affected = ofNpm.filter((one) => one.package?.name === name);
    return {
      ...{ id: document.id, package: name, severity: severityOf(document.database_specific?.severity) },
      publishedMs: Number.isNaN(published) ? null : published,
      affects: (version) => affected.some((one) => isAffected(one, version)),
    };
  });
}

/** A severity in any spelling; what is not known counts as high, so that nobody waits longer because of a missing word. */
export function severityOf(word: string | undefined): Severity {
  const lower = (word ?? '').toLowerCase();
  return SEVERITIES.find((one) => one === (lower === 'medium' ? 'moderate' : lower)) ?? 'high';
}

function isAffected({ ranges = [], versions = [] }: OsvAffected, version: string): boolean {
  if (versions.includes(version)) return true;
  return ranges.some(
    ({ type, events = [] }) => (type === 'SEMVER' || type === 'ECOSYSTEM') && isWithin(events, version),
  );
}

/** Whether a version lies in one of the spans that the events open and close. Prereleases are ordered as semver has them. */
function isWithin(events: readonly OsvEvent[], version: string): boolean {
  if (semver.valid(version) === null) return false;
  const changes = events.flatMap(({ introduced, fixed, last_affected }) => [
    ...(introduced === undefined
      ? []
      : [{ at: introduced === '0' ? '0.0.0-0' : introduced, opens: true, after: false }]),
    ...(fixed === undefined ? [] : [{ at: fixed, opens: false, after: false }]),
    ...(last_affected === undefined ? [] : [{ at: last_affected, opens: false, after: true }]),
  ]);
  const passed = changes
    .filter(({ at }) => semver.valid(at) !== null)
    .toSorted((a, b) => semver.compare(a.at, b.at) || Number(a.after) - Number(b.after))
    .filter(({ at, after }) => (after ? semver.gt(version, at) : semver.gte(version, at)));
  return passed.at(-1)?.opens ?? false;
}

import type { Advisory, Severity } from './advisory.ts';

const DAY_MS = 86_400_000;

/** Days within which a fault has to be gone, after docs/security-design.md#components. */
export const DAYS: Readonly<Record<Severity, number>> = { critical: 7, high: 30, moderate: 90, low: 90 };

/** An advisory that need not be acted upon, until a day. */
export interface Exception {
  readonly id: string;
  readonly package: string;
  /** Why Hilo is not affected, or what keeps it from harm. */
  readonly reason: string;
  /** The first day on which the exception holds no more, such as `2026-12-31`. */
  readonly until: string;
}

/** A package of the lock that has a fault. */
export interface Finding {
  readonly id: string;
  readonly package: string;
  readonly version: string;
  readonly severity: Severity;
  /** When the fault was published; where the source does not say, when it was first found here. */
  readonly since_ms: number;
}

/** A finding with what follows from it. */
export interface Verdict extends Finding {
  readonly state: 'overdue' | 'due' | 'excepted';
  /** The day from which on it is overdue. */
  readonly due_ms: number;
}

/** What of the packages has a fault, in the order of the packages. `firstSeen`: times of earlier findings, by `findingName`. */
export function findingsOf(
  packages: readonly { readonly name: string; readonly version: string }[],
  advisories: readonly Advisory[],
  { nowMs, firstSeen }: { readonly nowMs: number; readonly firstSeen: ReadonlyMap<string, number> },
): readonly Finding[] {
  const byPackage = Map.groupBy(advisories, (advisory) => advisory.package);
  return packages.flatMap(({ name, version }) =>
    (byPackage.get(name) ?? [])
      .filter(({ affects }) => affects(version))
      .map(({ id, severity, publishedMs }) => {
        const found = { id, package: name, version, severity };
        return { ...found, since_ms: publishedMs ?? firstSeen.get(findingName(found)) ?? nowMs };
      }),
  );
}

/** Names a finding, whatever the version. */
export function findingName(finding: Pick<Finding, 'id' | 'package'>): string {
  return `${finding.id} ${finding.package}`;
}

/** What has to be done by when. `exploited`: ids of faults that are known to be exploited, which are as urgent as critical ones. */
export function judge(
  findings: readonly Finding[],
  rules: { readonly nowMs: number; readonly exceptions: readonly Exception[]; readonly exploited: readonly string[] },
): readonly Verdict[] {
  const { nowMs, exceptions, exploited } = rules;
  return findings.map((finding) => {
    const days = DAYS[exploited.includes(finding.id) ? 'critical' : finding.severity];
    const due_ms = finding.since_ms + days * DAY_MS;
    const isExcepted = exceptions.some(
      ({ id, package: name, until }) => id === finding.id && name === finding.package && nowMs < Date.parse(until),
    );
    return { ...finding, due_ms, state: isExcepted ? 'excepted' : nowMs >= due_ms ? 'overdue' : 'due' };
  });
}

/** What is wrong with a list of exceptions; empty: nothing. */
export function faultsOfExceptions(exceptions: readonly Exception[], nowMs: number): readonly string[] {
  return exceptions.flatMap(({ id, package: name, reason, until }) => {
    const of = `the exception of ${id} for ${name}`;
    const untilMs = Date.parse(until);
    if (reason.trim().length < 20) return [`${of} has no reason`];
    if (!/^\d{4}-\d\d-\d\d$/.test(until) || Number.isNaN(untilMs))
      return [`${of} must end on a day such as 2026-12-31`];
    if (untilMs <= nowMs) return [`${of} has ended on ${until}`];
    return untilMs - nowMs > 180 * DAY_MS ? [`${of} must end within 180 days`] : [];
  });
}

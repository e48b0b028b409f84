import { type Advisory, severityOf } from './advisory.ts';

interface Via {
  readonly source?: number;
  readonly name?: string;
  readonly url?: string;
  readonly severity?: string;
  readonly range?: string;
}

/** What `npm audit --json` prints, as far as it is read here. */
interface Audit {
  readonly auditReportVersion?: number;
  readonly vulnerabilities?: Readonly<Record<string, { readonly via?: readonly (Via | string)[] }>>;
  readonly error?: unknown;
  readonly message?: string;
}

/**
 * The advisories of what `npm audit --json` printed; `satisfies` says whether a version is in a range of npm. Throws if the registry gave no
 * answer: that is no proof that there is nothing.
 */
export function advisoriesOfAudit(
  printed: string,
  satisfies: (version: string, range: string) => boolean,
): readonly Advisory[] {
  const audit = parsed(printed);
  if (audit?.auditReportVersion !== 2 || audit.vulnerabilities === undefined)
    throw new Error(
      `the registry gave no audit: ${audit?.message ?? (printed.trim().slice(0, 200) || 'nothing was printed')}`,
    );
  const found = new Map<string, Advisory>();
  for (const via of Object.values(audit.vulnerabilities).flatMap((one) => one.via ?? [])) {
    // A text names another package of the report, through which this one is affected.
    if (typeof via === 'string' || via.name === undefined) continue;
    const { name, url = '', severity, range = '*' } = via;
    const id = /GHSA(-\w{4}){3}/.exec(url)?.[0] ?? `npm ${via.source}`;
    found.set(`${id} ${name}`, {
      ...{ id, package: name, severity: severityOf(severity), publishedMs: null },
      affects: (version) => satisfies(version, range),
    });
  }
  return [...found.values()];
}

function parsed(printed: string): Audit | null {
  try {
    return JSON.parse(printed) as Audit;
  } catch {
    return null;
  }
}

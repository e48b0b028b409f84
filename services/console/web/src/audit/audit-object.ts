/** Stands in an entry for what differs between the requests that it counts. */
export const SEVERAL = 'several';

/** Things with a name; two-step verification and sessions have their person's. */
type NamedKind =
  | ('segment' | 'destination' | 'source' | 'list' | 'listEntries' | 'query' | 'dashboard' | 'token')
  | ('person' | 'secondFactor' | 'sessions');

/** What an entry is about, with what the words for it need. */
export type AuditObject =
  | {
      readonly kind: NamedKind;
      readonly name: string;
    }
  | { readonly kind: 'password' | 'session' | 'ownFactor' | 'audit' | 'confirmation' | 'replayRejected' | 'retry' }
  | { readonly kind: 'includePast' | 'cancelBackfill'; readonly segment: string }
  | { readonly kind: 'replayDeadLetters'; readonly stage: string }
  | { readonly kind: 'release'; readonly partition: string; readonly stage: string };

type Reading = readonly [path: RegExp, of: (...parts: readonly string[]) => AuditObject];

const named =
  (kind: NamedKind) =>
  (name = ''): AuditObject => ({ kind, name });

/** Paths below `/api/`, as the audit log has them. */
const READINGS: readonly Reading[] = [
  [/^segmentation\/v1\/segments\/([^/]+)$/, named('segment')],
  [/^segmentation\/v1\/segments\/([^/]+)\/backfill$/, (segment = '') => ({ kind: 'includePast', segment })],
  [/^segmentation\/v1\/segments\/([^/]+)\/backfill\/cancel$/, (segment = '') => ({ kind: 'cancelBackfill', segment })],
  [/^activation\/v1\/destinations\/([^/]+)$/, named('destination')],
  [/^ingestion\/v1\/sources\/([^/]+)$/, named('source')],
  [/^ingestion\/v1\/lists\/([^/]+)$/, named('list')],
  [/^ingestion\/v1\/lists\/([^/]+)\/(?:entries|entries\/remove|csv)$/, named('listEntries')],
  [/^users\/([^/]+)$/, named('person')],
  [/^users\/([^/]+)\/second-factor$/, named('secondFactor')],
  [/^users\/([^/]+)\/sessions(?:\/[^/]+)?$/, named('sessions')],
  [/^tokens\/([^/]+)$/, named('token')],
  [/^explore\/(?:query|queries)\/([^/]+)$/, named('query')],
  [/^explore\/dashboards?\/([^/]+)$/, named('dashboard')],
  [/^session\/password$/, () => ({ kind: 'password' })],
  [/^session$/, () => ({ kind: 'session' })],
  [/^session\/second-factor(?:\/.*)?$/, () => ({ kind: 'ownFactor' })],
  [/^session\/confirmation$/, () => ({ kind: 'confirmation' })],
  [/^audit(?:\/(?:export|search))?$/, () => ({ kind: 'audit' })],
  [/^ingestion\/v1\/rejected\/(?:[^/]+\/)?replay$/, () => ({ kind: 'replayRejected' })],
  [/^activation\/v1\/deliveries\/retry$/, () => ({ kind: 'retry' })],
  [/^history\/v1\/dead-letters\/([^/]+)\/replay$/, (stage = '') => ({ kind: 'replayDeadLetters', stage })],
  [
    /^segmentation\/v1\/time\/origins\/([^/]+)\/([^/]+)\/release$/,
    (stage = '', partition = '') => ({ kind: 'release', stage, partition }),
  ],
];

/** What a path of the audit log is about; null where only the path says it, as for the pattern of a route. */
export function objectOf(target: string): AuditObject | null {
  if (/(^|\/)[:*]/.test(target)) return null;
  for (const [path, of] of READINGS) {
    const parts = path.exec(target)?.slice(1);
    if (parts !== undefined) return of(...parts.map(decoded));
  }
  return null;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

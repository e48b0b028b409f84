import { SERVICES, type ServiceName } from './rights.ts';

/** The target of a call of `/api/{service}/v1/…`. */
export interface ForwardPath {
  readonly service: ServiceName;
  /** Path and query as they came, from `/v1/` on. */
  readonly path: string;
  /** For the audit log: service and path, without the query. */
  readonly target: string;
}

const FORWARDED = /^\/api\/([a-z]+)(\/v1\/[^?#]+)(\?[^#]*)?$/;

/** Calls that producers make with a write key; the console does not forward them. */
const TRACKING = new Set([
  ...['track', 'identify', 'page', 'screen', 'group', 'alias', 'merge', 'batch', 'import'],
  ...['t', 'i', 'p', 's', 'g', 'a', 'm', 'b', 'projects'],
]);

/**
 * Where a request goes, by its address as it came; null if nowhere. Refuses an address that a client library would
 * rewrite (`..`, `\`), so that nobody reaches a path outside `/v1/`.
 */
export function forwardPath(address: string): ForwardPath | null {
  const [, word, pathname, query = ''] = FORWARDED.exec(address) ?? [];
  const service = SERVICES.find((name) => name === word);
  if (service === undefined || pathname === undefined || !staysItself(pathname)) return null;
  if (service === 'ingestion' && isTracking(pathname)) return null;
  return { service, path: pathname + query, target: service + pathname };
}

function staysItself(pathname: string): boolean {
  const base = 'http://service';
  return URL.canParse(pathname, base) && new URL(pathname, base).pathname === pathname;
}

function isTracking(pathname: string): boolean {
  const segment = pathname.split('/')[2] ?? '';
  try {
    return TRACKING.has(decodeURIComponent(segment).toLowerCase());
  } catch {
    return true;
  }
}

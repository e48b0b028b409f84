import { SERVICES, type ServiceName } from './rights.ts';

/** What a call of `/api/{service}/v1/…` is for. */
export interface ForwardPath {
  readonly service: ServiceName;
  /** Path and query as they came, from `/v1/` on. */
  readonly path: string;
  /** For the audit log: service and path, without the query. */
  readonly target: string;
}

const FORWARDED = /^\/api\/([a-z]+)(\/v1\/[^?#]+)(\?[^#]*)?$/;

/** What producers call with a write key; people have no business there. */
const TRACKING = new Set([
  ...['track', 'identify', 'page', 'screen', 'group', 'alias', 'merge', 'batch', 'import'],
  ...['t', 'i', 'p', 's', 'g', 'a', 'm', 'b', 'projects'],
]);

/**
 * Where a request goes, by its address as it came; null where it goes nowhere. An address that a client library would
 * rewrite (`..`, `\`) is refused, so that nobody comes to a path outside of `/v1/`.
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

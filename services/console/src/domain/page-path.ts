/** First segments of paths that are not pages: APIs for programs, and the page's own files. */
const NO_PAGES = new Set(['api', 'v1', 'health', 'metrics', 'docs', 'openapi.json', 'assets']);

/** A file name with a content hash, such as `index-Bx3_f0aQ.js`: its content never changes. */
const HASHED = /^\/assets\/.*-[\w-]{8,}\.\w+$/;

/** Whether an address that is not a file is one of the application's own pages, for a browser that wants a page. */
export function isPage(pathname: string, accept: string): boolean {
  if (pathname === '/') return true;
  return accept.includes('text/html') && !NO_PAGES.has(pathname.split('/')[1] ?? '');
}

/** How long a browser may cache a file. */
export function cacheControlOf(pathname: string): string {
  return HASHED.test(pathname) ? 'public, max-age=31536000, immutable' : 'no-cache';
}

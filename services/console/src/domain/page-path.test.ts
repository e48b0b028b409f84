import { expect, it } from 'vitest';
import { cacheControlOf, isPage } from './page-path.ts';

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

it.each([
  ['/', '*/*', true],
  ['/', BROWSER, true],
  ['/sign-in', BROWSER, true],
  ['/profiles/user_id:ann@example.com', BROWSER, true],
  ['/apiary', BROWSER, true],
  ['/sign-in', '*/*', false],
  ['/sign-in', '', false],
  ['/api', BROWSER, false],
  ['/api/nothing', BROWSER, false],
  ['/v1/overview', BROWSER, false],
  ['/health/nothing', BROWSER, false],
  ['/metrics/x', BROWSER, false],
  ['/docs/x', BROWSER, false],
  ['/openapi.json', BROWSER, false],
  ['/assets/old-12345678.js', BROWSER, false],
])('%s is a page for "%s": %s', (pathname, accept, expected) => {
  expect(isPage(pathname, accept)).toBe(expected);
});

it.each([
  ['/assets/index-Bx3_f0aQ.js', true],
  ['/assets/pages/segments-DiwrgTda.css', true],
  ['/assets/logo.svg', false],
  ['/index.html', false],
  ['/favicon.svg', false],
])('%s never changes: %s', (pathname, immutable) => {
  expect(cacheControlOf(pathname).includes('immutable')).toBe(immutable);
});

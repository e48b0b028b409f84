import { expect, it } from 'vitest';
import { deviceOf } from './device-words.ts';

const CHROME = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';
const EDGE =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0';
const SAFARI =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 ' +
  'Mobile/15E148 Safari/604.1';
const FIREFOX = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:143.0) Gecko/20100101 Firefox/143.0';
const ANDROID = 'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari/537.36';

it.each([
  [CHROME, { browser: 'Chrome', system: 'Linux' }],
  [EDGE, { browser: 'Edge', system: 'Windows' }],
  [SAFARI, { browser: 'Safari', system: 'iPhone' }],
  [FIREFOX, { browser: 'Firefox', system: 'macOS' }],
  [ANDROID, { browser: 'Chrome', system: 'Android' }],
  ['Mozilla/5.0 Chrome/140.0.0.0', { browser: 'Chrome', system: null }],
  ['curl/8.14.1', null],
  ['', null],
])('%j is %j', (userAgent, device) => {
  expect(deviceOf(userAgent)).toEqual(device);
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sourceOf } from '../testing/sources.ts';
import { redactionOf } from './redact.ts';

const KEY = 'wk_Live-7f3k.Qz~9xP';
const OTHER = 'other-source-key-1';
const redaction = redactionOf(
  new Map([
    ['web', sourceOf('web', { write_key: KEY })],
    ['app', sourceOf('app', { write_key: OTHER })],
  ]),
);
const shown = (text: string, is_cut = false) => redaction.original(Buffer.from(text), 'web', is_cut).toString();

const escaped = (letter: string) => `\\u00${letter.charCodeAt(0).toString(16)}`;
const percent = (letter: string) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`;
const base64 = (text: string) => Buffer.from(text).toString('base64');
const WAYS: readonly [string, string][] = [
  ['in the body', JSON.stringify({ writeKey: KEY, userId: 'u' })],
  ['in the context', JSON.stringify({ context: { source: { writeKey: KEY } } })],
  ['as part of a text', `{"properties":{"url":"https://x.example/?k=a${KEY}b"}}`],
  ['in JSON that is broken', `{"writeKey":"${KEY}`],
  ['as the name of a field', `{"${KEY}":1}`],
  ['with escapes of JSON', `{"a":"${KEY.split('').map(escaped).join('')}"}`],
  ['with one escape', `{"a":"${escaped('w')}${KEY.slice(1)}"}`],
  ['in JSON within a text', JSON.stringify({ a: `{"k":"${KEY.split('').map(escaped).join('')}"}` })],
  ['with escapes of URLs', `{"a":"?${KEY.split('').map(percent).join('')}"}`],
  ['with these escaped once more', `{"a":"${encodeURIComponent(KEY.split('').map(percent).join(''))}"}`],
  ['as Basic authentication', `{"headers":{"authorization":"Basic ${base64(`${KEY}:`)}"}}`],
  ['in base64 with a password', `{"a":"${base64(`${KEY}:secret`)}"}`],
  ['in base64 after one letter', `{"a":"${base64(`x${KEY}:`)}"}`],
  ['in base64 after two letters', `{"a":"${base64(`xy${KEY}`)}"}`],
  ['in base64 for URLs', `{"a":"${Buffer.from(`{"k":"${KEY}"}`).toString('base64url')}"}`],
];

/** Everything that can be read out of a text. */
function readings(text: string): string[] {
  const unescaped = text.replace(/\\{1,4}u00([0-9a-fA-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(parseInt(hex, 16)),
  );
  let plain = unescaped;
  for (let round = 0; round < 3; round++)
    plain = plain.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  const decoded = [...text.matchAll(/[A-Za-z0-9+/_-]{8,}/g)].flatMap(([word]) =>
    [0, 1, 2, 3].map((from) => Buffer.from(word.slice(from), 'base64').toString('latin1')),
  );
  return [text, unescaped, plain, ...decoded];
}

describe('a write key in a rejected event', () => {
  it.each(WAYS)('is not shown: %s', (_, text) => {
    expect(readings(text).some((reading) => reading.includes(KEY))).toBe(true);
    expect(readings(shown(text)).filter((reading) => reading.includes(KEY))).toEqual([]);
    expect(shown(text)).toContain('[redacted]');
  });

  it('of another source is not shown either, nor one that nobody knows under the name of a write key', () => {
    expect(shown(`{"a":"${OTHER}"}`)).toBe('{"a":"[redacted]"}');
    expect(shown('{"writeKey":"who-knows","write_key" : \'nobody-does\'}')).not.toMatch(/who-knows|nobody-does/);
    expect(shown(JSON.stringify({ a: '{"writeKey":"who-knows"}' }))).not.toContain('who-knows');
  });

  it('is not shown in part where an original was cut', () => {
    for (let length = 1; length < KEY.length; length++) expect(shown(`{"a":"${KEY.slice(0, length)}`, true)).toBe('');
  });

  it('leaves everything else as it came, also bytes that are no text', () => {
    const kept =
      '{"type":"track","event":"Basic Subscription","userId":"u","properties":{"a":"50%25 off","b":[1e400]}}';
    expect(shown(kept)).toBe(kept);
    const bytes = Buffer.from([0xff, 0x00, 0xc3, 0x28]);
    expect(redaction.original(bytes, 'web', false)).toEqual(bytes);
  });

  it('is not shown however it is wrapped', () => {
    const part = fc.string({ maxLength: 12 });
    fc.assert(
      fc.property(part, part, fc.constantFrom('raw', 'json', 'url', 'base64'), (before, after, wrap) => {
        const text = `${before}${KEY}${after}`.toWellFormed();
        const wrapped = { raw: text, json: JSON.stringify(text), url: encodeURIComponent(text), base64: base64(text) }[
          wrap
        ];
        expect(readings(shown(wrapped)).filter((reading) => reading.includes(KEY))).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });
});

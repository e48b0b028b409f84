import { expect, test } from 'vitest';
import { type ProfileState, newProfile } from './profile-state.ts';
import { PROFILE_CODEC } from './profile-codec.ts';

/** As the releases before positions were kept wrote it. */
const EARLIER =
  '{"v":1,"id":"p_a","version":2,"causes":[["web","m1",10],["app","m2",20]],"traits":[["city","\\"Madrid\\"",0],["plan",null,1]],' +
  '"identifiers":[["user_id","u1",0]],"segments":[["vip",3,5000]],"segments_version":4,' +
  '"unpublished":{"traits":[["city",null]],"identifiers":true}}';

const first = { source: 'web', message_id: 'm1', event_time_ms: 10, receivedMs: 10, position: 0 };
const second = { source: 'app', message_id: 'm2', event_time_ms: 20, receivedMs: 20, position: 0 };

test('a state that an earlier release wrote is read, its events as received when they happened', () => {
  const state: ProfileState = {
    ...newProfile('p_a'),
    version: 2,
    traits: new Map([
      ['city', { value: '"Madrid"', cause: first, since_ms: 10 }],
      ['plan', { value: null, cause: second, since_ms: 20 }],
    ]),
    identifiers: [{ type: 'user_id', value: 'u1', cause: first }],
    segments: new Map([['vip', { segment_version: 3, since_ms: 5000 }]]),
    segments_version: 4,
    unpublished: { traits: new Map([['city', null]]), identifiers: true, since: false },
  };
  expect(PROFILE_CODEC.decode(Buffer.from(EARLIER))).toEqual(state);
  expect(PROFILE_CODEC.encode(state).toString()).toBe(EARLIER);
});

test('each event is written once, and no longer than it must be', () => {
  const third = { ...second, receivedMs: 27 };
  const fourth = { ...second, receivedMs: 27, position: 3 };
  const traits = [first, { ...first }, third, fourth].map(
    (cause, index) => [`t${index}`, { value: '1', cause, since_ms: cause.event_time_ms }] as const,
  );
  const state: ProfileState = { ...newProfile('p_a'), traits: new Map(traits) };
  const written = JSON.parse(PROFILE_CODEC.encode(state).toString()) as { readonly causes: unknown };
  expect(written.causes).toEqual([
    ['web', 'm1', 10],
    ['app', 'm2', 20, 7],
    ['app', 'm2', 20, 7, 3],
  ]);
  expect(PROFILE_CODEC.decode(PROFILE_CODEC.encode(state))).toEqual(state);
});

test('since when a trait has its value is kept, and that it is not published', () => {
  const traits = new Map([['plan', { value: '"pro"', cause: second, since_ms: 3 }]]);
  const unpublished = { traits: new Map<string, null>(), identifiers: false, since: true };
  const state: ProfileState = { ...newProfile('p_a'), traits, unpublished };
  expect(PROFILE_CODEC.decode(PROFILE_CODEC.encode(state))).toEqual(state);
});

test('what the next release writes is read without what it adds, and nothing later', () => {
  const written = (v: number) => Buffer.from(EARLIER.replace('{"v":1,', `{"v":${v},"added":[1],`));
  expect(PROFILE_CODEC.decode(written(2))).toEqual(PROFILE_CODEC.decode(Buffer.from(EARLIER)));
  expect(() => PROFILE_CODEC.decode(written(3))).toThrow('format 3');
});

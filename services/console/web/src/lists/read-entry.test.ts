import { expect, it } from 'vitest';
import { zoneNamed } from '../language/zone.ts';
import { readEntry } from './read-entry.ts';

it.each([
  ['', null],
  ['2026-12-31T23:00', '2026-12-31T22:00:00.000Z'],
  ['2026-07-31T23:00', '2026-07-31T21:00:00.000Z'],
  ['2026-07-31T23:00:30', '2026-07-31T21:00:30.000Z'],
])('an entry until %j in Madrid ends at %j', (until, moment) => {
  expect(readEntry('email', { value: ' ann@example.com ', until }, zoneNamed('Europe/Madrid'))).toEqual({
    type: 'email',
    value: 'ann@example.com',
    until: moment,
  });
});

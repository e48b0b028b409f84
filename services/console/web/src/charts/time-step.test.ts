import { expect, it } from 'vitest';
import { zoneNamed } from '../language/zone.ts';
import { startOfDay } from './time-step.ts';

it.each([
  ['UTC', '2026-05-17T23:59:59.999Z', '2026-05-17T00:00:00.000Z'],
  ['Europe/Madrid', '2026-05-17T23:59:59.999Z', '2026-05-17T22:00:00.000Z'],
  ['America/New_York', '2026-11-01T23:30:00.000Z', '2026-11-01T04:00:00.000Z'],
  ['Asia/Kolkata', '2026-05-17T18:29:00.000Z', '2026-05-16T18:30:00.000Z'],
  ['America/Santiago', '2026-09-06T12:00:00.000Z', '2026-09-06T04:00:00.000Z'],
])('in %s the day of %s began at %s', (zone, moment, start) => {
  expect(startOfDay(new Date(moment), zoneNamed(zone)).toISOString()).toBe(start);
});

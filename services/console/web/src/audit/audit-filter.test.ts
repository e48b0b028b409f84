import { expect, it } from 'vitest';
import { zoneNamed } from '../language/zone.ts';
import { type Field, queryOf } from './audit-filter.ts';

const NOTHING = { q: null, who: null, what: null, target: null, address: null, from: null, to: null };

const queryFrom = (fields: Readonly<Partial<Record<Field, string>>>, zone = 'Europe/Madrid') =>
  queryOf((field) => fields[field] ?? '', zoneNamed(zone));

it('asks for everything where no field is filled in', () => {
  expect(queryFrom({})).toEqual(NOTHING);
});

it('passes on what people type, and the path of an area', () => {
  expect(
    queryFrom({ q: 'vip', who: 'ann@example.com', what: 'refused', area: 'people', address: '192.0.2.7' }),
  ).toEqual({
    ...{ q: 'vip', who: 'ann@example.com', what: 'refused', target: 'users', address: '192.0.2.7' },
    ...{ from: null, to: null },
  });
});

it('means the days of the workspace, the last one included', () => {
  expect(queryFrom({ from: '2026-03-28', to: '2026-03-29' })).toEqual({
    ...NOTHING,
    ...{ from: '2026-03-27T23:00:00.000Z', to: '2026-03-29T22:00:00.000Z' },
  });
  expect(queryFrom({ from: '2026-03-28', to: '2026-03-28' }, 'UTC')).toMatchObject({
    ...{ from: '2026-03-28T00:00:00.000Z', to: '2026-03-29T00:00:00.000Z' },
  });
});

it('leaves out what an address says and the filter does not know', () => {
  expect(queryFrom({ what: 'exploded', area: 'moon', from: 'yesterday', to: '2026-13-40' })).toEqual(NOTHING);
});

import { expect, it } from 'vitest';
import type { AuditFilter } from '../domain/audit-filter.ts';
import { conditionsOf } from './audit-conditions.ts';

const NOTHING: AuditFilter = {
  ...{ who: null, what: null, target: null, address: null, from_ms: null, to_ms: null, text: null },
};

it('asks for nothing where nothing is wanted', () => {
  expect(conditionsOf(NOTHING, null)).toEqual({ where: 'true', values: [] });
});

it('names each wanted value once, as a parameter', () => {
  expect(conditionsOf({ ...NOTHING, who: "ann'; DROP TABLE x", to_ms: 5, text: 'elsewhere' }, '7')).toEqual({
    where: "(who = $1 OR starts_with(who, $1 || ' by token ')) AND when_ms < $2::bigint AND id < $3::bigint",
    values: ["ann'; DROP TABLE x", 5, '7'],
  });
});

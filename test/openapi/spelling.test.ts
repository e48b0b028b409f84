import type { Contract, Schema } from '@hilo/service/contract';
import { expect, test } from 'vitest';
import { CONTRACTS } from './contracts.ts';

const SNAKE_CASE = /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/;

/**
 * Names of other languages: Segment's tracking API, JSON Schema (the fields of destination types), and the segment language, which
 * saved definitions hold (ADR 39) and whose evaluators take the moment of a question as `asOf`.
 */
const FOREIGN = [
  ...['anonymousId', 'groupId', 'messageId', 'originalTimestamp', 'previousId', 'sentAt', 'userId', 'writeKey'],
  ...['additionalProperties', 'maxItems', 'maxLength', 'minLength', 'writeOnly'],
  ...['asOf', 'atLeast', 'endsWith', 'ignoreCase', 'newerThan', 'olderThan', 'oneOf', 'randomBucket', 'startsWith'],
  ...['withinLast', 'withinNext'],
];

function namesIn({ properties = {}, items, oneOf = [], additionalProperties }: Schema): readonly string[] {
  const inner = [items, ...oneOf, ...Object.values(properties), additionalProperties];
  const schemas = inner.filter((schema) => typeof schema === 'object');
  return [...Object.keys(properties), ...schemas.flatMap(namesIn)];
}

function namesOf({ schemas, routes }: Contract): readonly string[] {
  return [
    ...Object.values(schemas).flatMap(namesIn),
    ...Object.values(routes).flatMap(({ params = {}, query = {}, body = {}, answers }) => [
      ...namesIn({ properties: { ...params, ...query } }),
      ...namesIn(body),
      ...Object.values(answers).flatMap(({ schema = {} }) => namesIn(schema)),
    ]),
  ];
}

test('every field and parameter is in snake_case, but for the names of other languages', () => {
  const names = new Set(Object.values(CONTRACTS).flatMap(namesOf));
  expect(names.size).toBeGreaterThan(100);
  expect([...names].filter((name) => !SNAKE_CASE.test(name)).sort()).toEqual(FOREIGN.toSorted());
});

import { UTC } from '@hilo/behaviour';
import type { Condition } from '@hilo/behaviour/version-2';
import { describe, expect, it } from 'vitest';
import { A_DEFINITION, AN_EVENT } from '../testing/records.ts';
import { compiledOf } from './compile.ts';
import { type Definitions, NO_DEFINITIONS, withDefinition } from './definitions.ts';
import { foldEvent } from './fold.ts';
import { newProfile, type ProfileState } from './profile-state.ts';

const NOW_MS = Date.UTC(2026, 5, 1);

function defined(...conditions: readonly Condition[]): Definitions {
  return conditions.reduce(
    (definitions, condition, index) =>
      withDefinition(definitions, {
        ...A_DEFINITION,
        segment: `s${index}`,
        version: 1,
        name: '',
        definition: JSON.stringify(condition),
        decided_at: 1 + index,
        number: 1 + index,
      }),
    NO_DEFINITIONS,
  );
}

function folded(
  state: ProfileState,
  definitions: Definitions,
  event: string,
  timeMs: number,
  properties: string | null = null,
): ProfileState {
  const value = { ...AN_EVENT, event, timestamp: timeMs, properties };
  const result = foldEvent(state, value, NOW_MS, compiledOf(definitions, UTC));
  if (result.kind === 'fault') throw new Error(result.message);
  return result.state;
}

function timesOf(state: ProfileState): number {
  return [...state.series.values()].reduce((sum, { timesMs }) => sum + timesMs.length, 0);
}

describe('folding an event into a profile', () => {
  it('hands back the same object for what no definition needs', () => {
    const definitions = defined(
      { did: 'Bought', count: { gte: 2 }, within: '10m' },
      { did: 'Bought', where: [{ property: 'revenue', is: { gt: 100 } }], within: '5m' },
      { did: 'Joined' },
      { did: 'Seen', count: { gte: 0 } },
    );
    const fresh = newProfile('p');
    for (const event of ['Other', 'Seen']) expect(folded(fresh, definitions, event, NOW_MS, '{"broken')).toBe(fresh);
    const late = folded(fresh, definitions, 'Bought', NOW_MS - 600_000, '{"revenue":500}');
    expect(late).toEqual({ ...fresh, momentMs: NOW_MS });
    expect(folded(late, definitions, 'Bought', NOW_MS - 600_000, '{"revenue":500}')).toBe(late);
    const joined = folded(fresh, definitions, 'Joined', NOW_MS);
    expect(folded(joined, definitions, 'Joined', NOW_MS)).toBe(joined);
    const twice = folded(folded(fresh, definitions, 'Bought', NOW_MS), definitions, 'Bought', NOW_MS - 1);
    expect(folded(twice, definitions, 'Bought', NOW_MS - 2)).toBe(twice);
  });

  it('remembers no more event times than decide the conditions, however many come', () => {
    const conditions: readonly Condition[] = [
      { did: 'A', count: { gte: 3 }, within: '1h' },
      { did: 'A', count: { lt: 3 }, within: '1h' },
      { did: 'A', count: { eq: 2 }, within: '1h' },
      { did: 'A', count: { lte: 4 } },
      { did: 'A', count: { ne: 0 } },
    ];
    const definitions = defined(...conditions);
    let state = newProfile('p');
    for (let minute = 0; minute < 200; minute += 1) state = folded(state, definitions, 'A', NOW_MS - minute * 7_000);
    expect(timesOf(state)).toBe(3);
    // All share one series: the window needs 3 times, and "at most 4" a count up to 5.
    expect([...state.series.values()].map(({ timesMs, count }) => [timesMs.length, count])).toEqual([[3, 5]]);
  });

  it('counts conditions as equal whatever the order of their tests', () => {
    const plan = { property: 'plan', is: { oneOf: ['a', 'b'] } };
    const level = { property: 'level', is: { gt: 1 } };
    const other = { property: 'plan', is: { oneOf: ['b', 'a'] } };
    const definitions = defined({ did: 'A', where: [plan, level] }, { did: 'A', where: [level, other] });
    expect(definitions.counting_since_ms.size).toBe(1);
    expect([...definitions.counting_since_ms.values()]).toEqual([1]);
  });

  it('leaves the definitions in force where a record is older, or no condition', () => {
    const definitions = defined({ did: 'A' });
    const record = { ...A_DEFINITION, segment: 's0', version: 2, name: '', decided_at: 9, number: 9 };
    for (const definition of ['{', '{"did":7}', 'null']) {
      expect(withDefinition(definitions, { ...record, definition })).toBe(definitions);
    }
    expect(withDefinition(definitions, { ...record, version: 1, definition: '{"did":"B"}' })).toBe(definitions);
  });
});

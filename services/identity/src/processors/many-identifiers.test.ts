import type { EventIdentified } from '@hilo/schemas';
import { StageDriver } from '@hilo/streaming/testing';
import { describe, expect, it } from 'vitest';
import { type GraphProfile, IdentityGraph } from '../domain/identity-graph.ts';
import { resolve } from '../domain/resolve.ts';
import { eventOf } from '../testing/events.ts';
import { MemoryIdentityTables } from '../testing/memory-identity-tables.ts';
import { SMALL_RULES } from '../testing/small-rules.ts';
import { identityStage } from '../stage.ts';

/** A graph that counts how often it is asked. */
class CountingGraph extends IdentityGraph {
  asked = 0;

  override profileOf(identifier: { type: string; value: string }): GraphProfile | undefined {
    this.asked += 1;
    return super.profileOf(identifier);
  }
}

const mergeOf = (pairs: number) => ({
  type: 'merge',
  extra: JSON.stringify({
    mergeProperties: Array.from({ length: pairs }, (_, index) => ({ type: 'anonymous_id', value: `visitor-${index}` })),
  }),
});

async function run(pairs: number) {
  const driver = new StageDriver({
    ...identityStage({ metrics: { decided: () => undefined } }),
    startMs: 1_700_000_000_000,
    tables: new MemoryIdentityTables(),
  });
  driver.pipe('events.accepted', 'k', eventOf({ message_id: 'm', user_id: 'u', ...mergeOf(pairs) }), 0);
  driver.pipe('events.accepted', 'k', eventOf({ message_id: 'n', user_id: 'v' }), 0);
  await driver.run();
  const identified = driver.outputs('events.identified') as readonly { readonly value: EventIdentified }[];
  return { driver, messages: identified.map(({ value }) => value.message_id) };
}

describe('an event with many identifiers', () => {
  it('asks the graph a number of times in proportion to them', () => {
    const asked = (count: number): number => {
      const graph = new CountingGraph([]);
      const mentions = Array.from({ length: count }, (_, index) => ({
        readings: [{ type: 'anonymous_id', value: `visitor-${index}` }] as const,
      }));
      const evidence = {
        source: 'web',
        message_id: 'm',
        rule: 'merge_call',
        event_time_ms: 1,
        decided_at_ms: 1,
      } as const;
      const resolution = resolve(
        graph,
        mentions,
        { evidence, received_at_ms: 1, newProfileId: () => 'p' },
        SMALL_RULES,
      );
      expect(resolution?.identifiers.length).toBe(5);
      expect(resolution?.set_aside.map(({ value }) => value)).toEqual(
        mentions.slice(5).map(({ readings: [{ value }] }) => value),
      );
      return graph.asked;
    };
    expect(asked(5000)).toBeLessThan(asked(500) * 11);
    expect(asked(5000)).toBeLessThan(5 * 5000);
  });

  it('is identified up to 100 of them', async () => {
    const { messages } = await run(100);
    expect(messages).toEqual(['m', 'n']);
  });

  it('is a dead letter beyond, whoever wrote it, and the next one goes on', async () => {
    for (const pairs of [101, 5000]) {
      const { driver, messages } = await run(pairs);
      expect(messages).toEqual(['n']);
      const [deadLetter] = driver.headers('identity.dead-letter');
      expect(deadLetter?.['hilo-reason']).toBe('too_many_identifiers');
    }
  });
});

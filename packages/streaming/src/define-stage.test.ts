import type { EventAccepted, EventIdentified, ProfileChanged, ProfilesMerged } from '@hilo/schemas';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { type BatchLogicOf, defineStage, type InputOf, type OutputOf, type RecordsRead } from './define-stage.ts';
import { forward } from './language/outcome.ts';
import type { Topology } from './language/topology.ts';

const TOPOLOGY = {
  stage: 'identity',
  sources: ['events.accepted', 'identity.merges', 'profile.handover'],
  sinks: ['events.identified', 'identity.merges'],
  deadLetter: 'identity.dead-letter',
} as const satisfies Topology;

describe('a topology', () => {
  it('says of which topic a record is, and keeps handovers to the library', () => {
    expectTypeOf<keyof RecordsRead<typeof TOPOLOGY>>().toEqualTypeOf<'events.accepted' | 'identity.merges'>();
    expectTypeOf<
      Extract<InputOf<typeof TOPOLOGY>, { topic: 'events.accepted' }>['value']
    >().toEqualTypeOf<EventAccepted>();
  });

  it('takes a record for one of its sinks, and no other record or topic', () => {
    const identified = forward('events.identified', 'p_a', {} as EventIdentified);
    expectTypeOf(identified).toExtend<OutputOf<typeof TOPOLOGY>>();
    const merged = forward('identity.merges', 'p_a', {} as ProfilesMerged);
    expectTypeOf(merged).toExtend<OutputOf<typeof TOPOLOGY>>();
    const other = forward('events.identified', 'p_a', {} as ProfilesMerged);
    expectTypeOf(other).not.toExtend<OutputOf<typeof TOPOLOGY>>();
    const elsewhere = forward('profiles.changed', 'p_a', {} as ProfileChanged);
    expectTypeOf(elsewhere).not.toExtend<OutputOf<typeof TOPOLOGY>>();
  });
});

describe('a stage', () => {
  it('is put together of its logic, its tables and what is counted once they are committed', () => {
    const logic: BatchLogicOf<typeof TOPOLOGY, string[]> = { kind: 'batch', apply: () => [] };
    const tables = { load: async () => [], writes: () => [] };
    const committed = (): void => undefined;
    const stage = defineStage({ topology: TOPOLOGY, logic, tables, committed, limits: { effects: 1 } });
    expect(stage).toEqual({ topology: TOPOLOGY, logic: { ...logic, ...tables, committed }, limits: { effects: 1 } });
  });
});

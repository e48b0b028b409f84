import { describe, expect, it } from 'vitest';
import {
  bodyAfterLostCommits,
  bodyAfterLostRecords,
  type LogEnds,
  recoveredBody,
  type StagePosition,
  unread,
} from './checkpoints.ts';

const ends = (byTopic: Record<string, [low: number, high: number]>): LogEnds =>
  Object.fromEntries(Object.entries(byTopic).map(([topic, [low, high]]) => [topic, new Map([[0, { low, high }]])]));
const at = (stage: string, offsets: Record<string, number>): StagePosition => ({
  stage,
  partition: 0,
  offsets,
  body: JSON.stringify({ incarnation: 'a', offsets, received: { x: { o: 7 } }, sent: { 'x/0': 9 }, intent: { x: 1 } }),
});

describe('unread', () => {
  it('names what a stage has not read, but for the topic that everything begins with', () => {
    const positions = [at('ingestion', { 'events.received': 1 }), at('identity', { 'events.accepted': 4 })];
    const log = ends({ 'events.received': [0, 9], 'events.accepted': [0, 6] });
    expect(unread(positions, log)).toEqual(['identity has not read 2 of events.accepted/0']);
    expect(unread(positions, ends({ 'events.received': [0, 9], 'events.accepted': [0, 4] }))).toEqual([]);
  });
});

describe('recoveredBody', () => {
  const ingestion = at('ingestion', { 'events.received': 5 });

  it('goes on in events.received where the log holds the offset, and begins anew in every other topic', () => {
    const body = JSON.parse(
      recoveredBody(at('x', { 'events.received': 5, y: 3 }), ends({ 'events.received': [2, 8] })),
    );
    expect(body).toMatchObject({ offsets: { 'events.received': 5 }, sent: { 'x/0': 9 }, received: { x: { o: 7 } } });
    expect(body).toMatchObject({ incarnation: 'a', intent: null });
    expect(body.offsets).not.toHaveProperty('y');
  });

  it.each([{ log: [0, 0] }, { log: [0, 3] }, { log: [6, 9] }] as const)(
    'begins anew where events.received is another log: $log',
    ({ log }) => {
      const body = JSON.parse(recoveredBody(ingestion, ends({ 'events.received': [log[0], log[1]] })));
      expect(body.offsets).toEqual({});
    },
  );

  it('gives history a new incarnation, so that its ranges are no repeats', () => {
    expect(JSON.parse(recoveredBody(at('history', { a: 1 }), {})).incarnation).not.toBe('a');
  });
});

describe('bodyAfterLostCommits', () => {
  it('names the incarnations that it took the place of, in the store and in Kafka', () => {
    const once = bodyAfterLostCommits(at('profile', { x: 5 }), {}, ['told']);
    expect(JSON.parse(once).former).toEqual(['a', 'told']);
    const { incarnation, former } = JSON.parse(once) as { incarnation: string; former: string[] };
    expect(JSON.parse(bodyAfterLostCommits({ ...at('profile', { x: 5 }), body: once }, {})).former).toEqual([
      ...former,
      incarnation,
    ]);
  });

  it('remembers the incarnation of the handovers in flight', () => {
    const position = at('profile', { x: 5 });
    const holds = [{ to: 1, sequence: 7, from_ms: 3 }];
    const body = JSON.stringify({ ...JSON.parse(position.body), holds });
    const once = bodyAfterLostCommits({ ...position, body }, {});
    expect(JSON.parse(once).holds).toEqual([{ incarnation: 'a', ...holds[0] }]);
    expect(JSON.parse(bodyAfterLostCommits({ ...position, body: once }, {})).holds).toEqual(JSON.parse(once).holds);
  });

  it('takes no replay of a dead letter that a lost commit sent: its record is read again', () => {
    const position = at('profile', { x: 5 });
    const replayed = { 'profile/0/a': [{ from: 1, to: 3 }], 'profile/0/z': [{ from: 4, to: 5 }] };
    const sent = { 'profile.dead-letter/0': 6, 'profile.dead-letter/1': 9 };
    const body = JSON.stringify({ ...JSON.parse(position.body), sent, replayed, former: ['z'] });
    const end = Number.MAX_SAFE_INTEGER;
    expect(JSON.parse(bodyAfterLostCommits({ ...position, body }, {}, ['z', 'a', 'lost'])).replayed).toEqual({
      ...replayed,
      'profile/0/a': [
        { from: 1, to: 3 },
        { from: 7, to: end },
      ],
      'profile/0/lost': [{ from: 1, to: end }],
    });
    expect(JSON.parse(bodyAfterLostCommits(at('history', { x: 5 }), {}))).not.toHaveProperty('replayed');
  });

  it('counts outputs anew under a new incarnation, and reads on where the store stands', () => {
    const body = JSON.parse(bodyAfterLostCommits(at('identity', { x: 5 }), { x: 9 }));
    expect(body).toMatchObject({ sent: {}, intent: null, offsets: { x: 5 }, received: { x: { o: 7 } } });
    expect(body.incarnation).not.toBe('a');
  });

  it('lets history go on from the offsets that it reported: ClickHouse has what came before', () => {
    const body = JSON.parse(bodyAfterLostCommits(at('history', { x: 5, y: 4 }), { x: 9, y: 3 }));
    expect(body).toMatchObject({ intent: null, offsets: { x: 9, y: 4 }, received: {} });
  });
});

describe('bodyAfterLostRecords', () => {
  it('passes over what is lost, and the hole in the sequences, and leaves an intent to be completed', () => {
    const body = JSON.parse(bodyAfterLostRecords(at('history', { x: 5, y: 4 }), 'x', 8));
    expect(body).toMatchObject({ incarnation: 'a', sent: { 'x/0': 9 }, offsets: { x: 8, y: 4 }, intent: { x: 1 } });
    expect(body.received).toEqual({});
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ALICE, BOB, DrivenStage, START_MS } from '../testing/driven-stage.ts';

const MINUTE_MS = 60_000;

let stage: DrivenStage;

beforeEach(() => {
  stage = new DrivenStage();
});

/** Whatever happens, the mirror says what was published. */
afterEach(() => {
  const { published, kept, mirrored } = stage.members();
  expect(kept).toEqual(published);
  expect(mirrored).toEqual(published);
});

/** The changes that have a mark, each as a line. */
const marked = (mark: 'backfilled' | 'historical') =>
  stage
    .changes()
    .filter((change) => change[mark])
    .map(({ profile_id, status, segment, reason }) => `${profile_id} ${status} ${segment} by ${reason}`)
    .sort();

describe('the segmentation stage, with version 2 of the language', () => {
  it('takes pages, screens, and the traits of identify and group calls', async () => {
    await stage.define('pricing', 1, { did: { type: 'page', name: 'Pricing' } });
    await stage.define('signups', 1, { did: { type: 'identify' }, where: [{ property: 'plan', is: { eq: 'gold' } }] });
    await stage.define('acme', 1, { did: { type: 'group', name: 'acme' } });
    await stage.define('active', 1, { did: { any: true } });
    await stage.driver.run();
    stage.event(ALICE, 'Bought', { type: 'page', event: null, name: 'Pricing' });
    stage.event(BOB, 'x', { type: 'identify', event: null, traits: '{"plan":"gold"}', properties: '{"broken' });
    stage.event(BOB, 'x', { type: 'group', event: null, group_id: 'acme', traits: '{}' });
    stage.event(BOB, 'x', { type: 'merge', event: null });
    await stage.driver.run();
    expect(stage.words()).toEqual(
      [
        `${ALICE} entered pricing v1 by event`,
        `${ALICE} entered active v1 by event`,
        `${BOB} entered signups v1 by event`,
        `${BOB} entered acme v1 by event`,
      ].sort(),
    );
  });

  it('marks as backfilled what a definition changes, its own or that of a segment that it names', async () => {
    stage.profile(ALICE, 1, { plan: 'gold' });
    await stage.define('gold', 1, { trait: 'plan', is: { eq: 'gold' } });
    await stage.define('named', 1, { in: 'gold' });
    stage.profile(BOB, 1, { plan: 'gold' });
    await stage.driver.run();
    await stage.define('gold', 2, { trait: 'plan', is: { eq: 'iron' } });
    await stage.define('named', 2, null);
    stage.profile(BOB, 2, { plan: 'iron' });
    await stage.driver.run();
    expect(marked('backfilled')).toEqual([
      `${ALICE} entered gold by definition`,
      `${ALICE} entered named by definition`,
      `${ALICE} exited gold by definition`,
      `${ALICE} exited named by segment`,
      `${BOB} exited gold by definition`,
      `${BOB} exited named by segment`,
    ]);
    expect(stage.changes().filter(({ backfilled }) => !backfilled)).toHaveLength(3);
  });

  it('marks as historical what an imported event changes, or the traits that such an event set', async () => {
    await stage.define('buyers', 1, { did: 'Bought' });
    await stage.define('gold', 1, { trait: 'plan', is: { eq: 'gold' } });
    await stage.define('both', 1, { all: [{ in: 'buyers' }, { in: 'gold' }] });
    stage.event(ALICE, 'Bought', { historical: true });
    stage.profile(BOB, 1, { plan: 'gold' }, { historical: true });
    stage.profile(ALICE, 1, { plan: 'gold' });
    await stage.driver.run();
    expect(marked('historical')).toEqual([`${ALICE} entered buyers by event`, `${BOB} entered gold by trait`]);
    expect(stage.changes()).toHaveLength(4);
  });

  it('goes on after a crash with sums, first events and sequences', async () => {
    await stage.define('spent', 1, { sum: 'revenue', of: 'Bought', is: { gte: 0.3 }, within: '1h' });
    await stage.define('cart', 1, { sequence: [{ did: 'Added' }, { none: 'Bought', within: '30m' }], same: ['sku'] });
    await stage.define('new', 1, { first: 'Bought', is: { newerThan: '1h' } });
    stage.event(ALICE, 'Bought', { properties: '{"revenue":0.1,"sku":"b"}' });
    stage.event(ALICE, 'Added', { properties: '{"sku":"a"}' });
    await stage.driver.run();
    stage.driver.crash();
    stage.event(ALICE, 'Bought', { properties: '{"revenue":[0.2,"x"],"sku":"b"}' });
    await stage.driver.run();
    expect(stage.words()).toEqual([`${ALICE} entered new v1 by event`, `${ALICE} entered spent v1 by event`]);
    await stage.driver.advance(90 * MINUTE_MS);
    const byTime = stage.changes().filter(({ reason }) => reason === 'time');
    expect(
      byTime.map(({ segment, status, event_time }) => [segment, status, ((event_time ?? 0) - START_MS) / MINUTE_MS]),
    ).toEqual([
      ['spent', 'exited', 60],
      ['cart', 'entered', 30],
      ['new', 'exited', 60],
    ]);
  });

  it('says that another segment was the reason, and gives both the answers of one moment', async () => {
    await stage.define('buyers', 1, { did: 'Bought', within: '10m' });
    await stage.define('gold', 1, { trait: 'plan', is: { eq: 'gold' } });
    await stage.define('best', 1, { all: [{ in: 'buyers' }, { in: 'gold' }, { not: { in: 'nobody' } }] });
    stage.profile(ALICE, 1, { plan: 'gold' });
    await stage.driver.run();
    stage.event(ALICE, 'Bought');
    await stage.driver.run();
    stage.profile(ALICE, 2, { plan: 'gold', city: 'Vigo' });
    await stage.driver.run();
    expect(stage.words()).toEqual(
      [
        `${ALICE} entered gold v1 by trait`,
        `${ALICE} entered buyers v1 by event`,
        `${ALICE} entered best v1 by segment`,
      ].sort(),
    );
    expect(stage.changes().find(({ segment }) => segment === 'best')?.message_id).toBe('m1');
    await stage.driver.advance(10 * MINUTE_MS);
    expect(stage.words().filter((word) => word.includes('by time'))).toEqual([
      `${ALICE} exited best v1 by time`,
      `${ALICE} exited buyers v1 by time`,
    ]);
    stage.event(ALICE, 'Bought');
    await stage.driver.run();
    await stage.define('gold', 2, { trait: 'plan', is: { eq: 'platinum' } });
    await stage.driver.run();
    expect(stage.words().filter((word) => word.includes('exited gold') || word.includes('best v1 by segment'))).toEqual(
      [
        `${ALICE} entered best v1 by segment`,
        `${ALICE} entered best v1 by segment`,
        `${ALICE} exited best v1 by segment`,
        `${ALICE} exited gold v2 by definition`,
      ],
    );
  });

  it('leaves the definition in force where a record brings a circle, or what it cannot evaluate', async () => {
    await stage.define('a', 1, { did: 'Bought' });
    await stage.define('b', 1, { in: 'a' });
    await stage.define('a', 2, { in: 'b' });
    await stage.define('b', 2, { consent: 'marketing' });
    await stage.define('b', 3, { group: { trait: 'plan', is: { eq: 'gold' } } });
    stage.event(ALICE, 'Bought');
    await stage.driver.run();
    // The first evaluation of a profile is the event's.
    expect(stage.words()).toEqual([`${ALICE} entered a v1 by event`, `${ALICE} entered b v1 by event`]);
  });

  it('asks again which events pass when a trait differs, and as time passes', async () => {
    await stage.define('of-brand', 1, {
      did: 'Viewed',
      where: [{ property: 'brand', is: { eq: { trait: 'brand' } } }],
    });
    const soon = { withinNext: '1h' };
    await stage.define('soon', 1, { did: 'Booked', where: [{ property: 'arrival', is: soon }] });
    const arrival = new Date(START_MS + 90 * MINUTE_MS).toISOString();
    stage.event(ALICE, 'Viewed', { properties: '{"brand":"acme"}' });
    stage.event(ALICE, 'Booked', { properties: JSON.stringify({ arrival }) });
    await stage.driver.run();
    expect(stage.words()).toEqual([]);
    stage.driver.crash();
    stage.profile(ALICE, 1, { brand: 'acme' });
    await stage.driver.run();
    expect(stage.words()).toEqual([`${ALICE} entered of-brand v1 by trait`]);
    stage.profile(ALICE, 2, { brand: 'other' });
    await stage.driver.run();
    await stage.driver.advance(60 * MINUTE_MS);
    await stage.driver.advance(60 * MINUTE_MS);
    expect(stage.words()).toEqual([
      `${ALICE} entered of-brand v1 by trait`,
      `${ALICE} entered soon v1 by time`,
      `${ALICE} exited of-brand v1 by trait`,
      `${ALICE} exited soon v1 by time`,
    ]);
  });

  it('knows who is on a static list before any segment asks, until the entry ends or a later one says otherwise', async () => {
    const entry = (profile_id: string, said: object, more: object = {}) =>
      stage.event(profile_id, 'x', {
        type: 'list',
        event: null,
        name: 'vip',
        properties: JSON.stringify(said),
        ...more,
      });
    entry(ALICE, { on: true, until: new Date(START_MS + 60 * MINUTE_MS).toISOString() });
    entry(BOB, { on: true });
    entry(BOB, { on: false }, { timestamp: START_MS - 1 });
    await stage.driver.run();
    stage.driver.crash();
    await stage.define('vips', 1, { list: 'vip' });
    await stage.define('others', 1, { not: { in: 'vips' } });
    stage.event(ALICE, 'x');
    stage.event(BOB, 'x');
    await stage.driver.run();
    expect(stage.members().published).toEqual({ vips: new Set([ALICE, BOB]) });
    entry(BOB, { on: false });
    await stage.driver.run();
    await stage.driver.advance(61 * MINUTE_MS);
    expect(stage.members().published).toEqual({ others: new Set([ALICE, BOB]) });
    const words = stage.words();
    for (const word of ['exited vips v1 by event', 'entered others v1 by segment'])
      expect(words).toContain(`${BOB} ${word}`);
    for (const word of ['exited vips v1 by time', 'entered others v1 by time'])
      expect(words).toContain(`${ALICE} ${word}`);
    entry(BOB, { broken: 1 });
    entry(ALICE, { on: true });
    await stage.driver.run();
    expect(stage.members().published).toEqual({ vips: new Set([ALICE]), others: new Set([BOB]) });
  });

  it('restarts no count where the bound or the window of a condition changes', async () => {
    await stage.define('twice', 1, { did: 'Bought', count: { gte: 2 }, within: '1h' });
    stage.event(ALICE, 'Bought');
    stage.event(ALICE, 'Bought');
    await stage.driver.run();
    await stage.define('twice', 2, { did: 'Bought', count: { gte: 3 }, within: '1d' });
    await stage.driver.run();
    stage.event(ALICE, 'Bought');
    await stage.driver.run();
    expect(stage.words()).toEqual([
      `${ALICE} entered twice v1 by event`,
      `${ALICE} entered twice v2 by event`,
      `${ALICE} exited twice v2 by definition`,
    ]);
  });
});

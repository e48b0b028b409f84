import { describe, expect, it } from 'vitest';
import { refusalOf, standingOf } from './dead-letter-replay.ts';

const HEADERS = {
  ...{ 'hilo-origin': 'identity/2/abc', 'hilo-seq': '7', 'hilo-processed': 'none' },
  ...{ 'hilo-source-topic': 'events.accepted', 'hilo-source-partition': '2' },
};
const deadLetter = (changed: Readonly<Record<string, string>> = {}) => ({
  partition: 2,
  headers: { ...HEADERS, ...changed },
});

describe('whether a dead letter may be replayed', () => {
  it('it may where its stage reads the topic that it came from and took nothing of it', () => {
    expect(refusalOf(deadLetter(), 'identity')).toBeNull();
  });

  it.each([
    ['processed_in_part', { 'hilo-processed': 'part' }],
    ['not_replayable', { 'hilo-processed': '' }],
    ['not_replayable', { 'hilo-source-topic': 'events.identified' }],
    ['not_replayable', { 'hilo-source-topic': 'identity.replay' }],
    ['not_replayable', { 'hilo-source-topic': '' }],
    ['not_replayable', { 'hilo-source-partition': '1' }],
    ['not_replayable', { 'hilo-origin': 'profile/2/abc' }],
    ['not_replayable', { 'hilo-origin': 'identity/1/abc' }],
    ['not_replayable', { 'hilo-origin': 'identity/2/a/b' }],
    ['not_replayable', { 'hilo-origin': '' }],
    ['not_replayable', { 'hilo-seq': 'x' }],
  ])('else it is %s: %j', (refusal, changed) => {
    expect(refusalOf(deadLetter(changed), 'identity')).toBe(refusal);
  });
});

describe('how it stands with a replay', () => {
  const replay = (isProcessed: boolean) => ({ at_ms: 1, isProcessed });
  const none = new Set<string>();

  it('goes from possible to waiting to processed, or to set aside again', () => {
    expect(standingOf(deadLetter(), 'identity', undefined, none)).toBe('possible');
    expect(standingOf(deadLetter(), 'identity', replay(false), none)).toBe('waiting');
    expect(standingOf(deadLetter(), 'identity', replay(true), none)).toBe('processed');
    expect(standingOf(deadLetter(), 'identity', replay(true), new Set(['identity/2/abc#7']))).toBe('set_aside_again');
    expect(standingOf(deadLetter({ 'hilo-processed': 'part' }), 'identity', undefined, none)).toBe('processed_in_part');
  });
});

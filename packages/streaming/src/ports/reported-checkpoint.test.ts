import { describe, expect, it } from 'vitest';
import { newCheckpoint } from './checkpoint.ts';
import {
  decodeReport,
  encodeReport,
  knownBeyond,
  newestReport,
  type ReportedCheckpoint,
} from './reported-checkpoint.ts';

const CHECKPOINT = { ...newCheckpoint('abc'), revision: 5, offsets: { a: 10 }, sent: { 'out/0': 7 } };
const REPORT: ReportedCheckpoint = { incarnation: 'abc', revision: 5, offsets: { a: 10 }, knownMs: 1_000 };

describe('what was reported to the log', () => {
  it('comes back as it was reported, and is nothing where others wrote it', () => {
    expect(decodeReport(encodeReport(CHECKPOINT, 1_000))).toEqual({
      incarnation: 'abc',
      revision: 5,
      knownMs: 1_000,
    });
    for (const text of ['', 'abc', 'abc/x/1', 'a/b/c/1']) expect(decodeReport(text)).toBeNull();
  });

  it('is of the incarnation that was reported last, with the highest revision of any topic', () => {
    const topics = [
      { topic: 'a', offset: 10, text: 'abc/5/1000' },
      { topic: 'b', offset: 3, text: 'abc/4/900' },
      { topic: 'c', offset: 99, text: 'old/50/800' },
      { topic: 'd', offset: 1, text: '' },
    ];
    expect(newestReport(topics)).toEqual({ ...REPORT, offsets: { a: 10, b: 3 } });
    expect(newestReport([{ topic: 'd', offset: 1, text: '' }])).toBeUndefined();
  });
});

describe('knownBeyond', () => {
  it('finds nothing where the store knows all that the log knows, and more', () => {
    expect(knownBeyond(CHECKPOINT, REPORT, { 'out/0': 7 })).toBeNull();
    expect(knownBeyond({ ...CHECKPOINT, revision: 9, offsets: { a: 12 } }, REPORT, {})).toBeNull();
    expect(knownBeyond(CHECKPOINT, undefined, {})).toBeNull();
    expect(knownBeyond(newCheckpoint('new'), undefined, {})).toBeNull();
  });

  const cases: readonly { title: string; report: ReportedCheckpoint | undefined; sent: Record<string, number> }[] = [
    { title: 'a sequence that was sent', report: REPORT, sent: { 'out/0': 8 } },
    { title: 'a sequence to where the store knows of none', report: undefined, sent: { 'out/1': 1 } },
    { title: 'an offset', report: { ...REPORT, offsets: { a: 11 } }, sent: {} },
    { title: 'an offset of a topic that the store has not read', report: { ...REPORT, offsets: { b: 1 } }, sent: {} },
    { title: 'a commit that moved no offset', report: { ...REPORT, revision: 6 }, sent: {} },
  ];

  it.each(cases)('finds $title', ({ report, sent }) => {
    expect(knownBeyond(CHECKPOINT, report, sent)).toEqual(expect.any(String));
  });

  it('finds that the store has nothing of a partition at all, unless it was repaired', () => {
    const other = { ...REPORT, incarnation: 'before' };
    expect(knownBeyond(newCheckpoint('new'), other, {})).toContain('has nothing');
    const repaired = { ...newCheckpoint('repaired'), revision: 1, former: ['before'] };
    expect(knownBeyond(repaired, other, {})).toBeNull();
    // A store that went back to before the repair.
    expect(
      knownBeyond({ ...newCheckpoint('before'), revision: 9 }, { ...REPORT, incarnation: 'repaired' }, {}),
    ).toContain('incarnation repaired');
  });
});

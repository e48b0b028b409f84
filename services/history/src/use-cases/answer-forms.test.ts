import { describe, expect, it } from 'vitest';
import { csvLine } from '@hilo/service';
import { collect, FILE_FORMS, filePieces, FileTooLargeError } from './answer-forms.ts';
import type { OpenAnswer } from '../ports.ts';

/** An answer of rows 0, 1, 2, …, which notes whether its statement was ended. */
function answerOf(count: number) {
  let ended = false;
  const answer: OpenAnswer = {
    columns: [
      { name: 'n', type: 'UInt64' },
      { name: 'a, b', type: 'String' },
    ],
    async *rows() {
      try {
        for (let n = 0; n < count; n += 1) yield [n, 'x'];
      } finally {
        ended = true;
      }
    },
    readSoFar: () => ({ rows: count, bytes: 0 }),
    close: () => undefined,
  };
  return { answer, ended: () => ended };
}

describe('an answer', () => {
  it('is whole where it fits', async () => {
    expect(await collect(answerOf(3).answer, 3)).toMatchObject({ rows: { length: 3 }, truncated: null });
  });

  it('says that it was cut, by rows or by size, and its statement is ended', async () => {
    const many = answerOf(1000);
    expect(await collect(many.answer, 3)).toMatchObject({ rows: { length: 3 }, truncated: 'rows' });
    expect(many.ended()).toBe(true);
    expect(await collect(answerOf(1000).answer, 100, 20)).toMatchObject({ rows: { length: 2 }, truncated: 'bytes' });
  });
});

describe('a file', () => {
  it('of JSON lines has every value as it is, that of a formula, too', async () => {
    const rows = [['=HYPERLINK("x")', '-5', null, ['=1'], 1.5]];
    const columns = ['=a', 'b', 'c', 'd', 'e'].map((name) => ({ name, type: 'String' }));
    const answer: OpenAnswer = {
      ...answerOf(0).answer,
      columns,
      async *rows() {
        yield* rows;
      },
    };
    let text = '';
    for await (const piece of filePieces(answer, FILE_FORMS.jsonl.line)) text += piece;
    const lines = text.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([columns.map(({ name }) => name), ...rows]);
  });
});

describe('a CSV', () => {
  it('begins with the names', async () => {
    let text = '';
    for await (const piece of filePieces(answerOf(2).answer, csvLine)) text += piece;
    expect(text).toBe('n,"a, b"\r\n0,x\r\n1,x\r\n');
  });

  it.each([
    { rows: 5, characters: 1000 },
    { rows: 1000, characters: 20 },
  ])('breaks off beyond %j', async (limits) => {
    const { answer, ended } = answerOf(1000);
    const reading = async () => {
      for await (const piece of filePieces(answer, csvLine, limits)) expect(piece).not.toBe('');
    };
    await expect(reading()).rejects.toBeInstanceOf(FileTooLargeError);
    expect(ended()).toBe(true);
  });
});

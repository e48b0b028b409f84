import { expect, it } from 'vitest';
import { textLines } from './text-lines.ts';

async function* chunksOf(text: string, size: number) {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

it.each([1, 2, 3, 100])('puts lines together from chunks of %i bytes', async (size) => {
  const lines: string[] = [];
  for await (const line of textLines(chunksOf('é\n\nß€😀\nlast', size), 100)) lines.push(line);
  expect(lines).toEqual(['é', 'ß€😀', 'last']);
});

it('gives up on a line that never ends', async () => {
  const reading = async () => {
    for await (const line of textLines(chunksOf('x'.repeat(100), 10), 50)) expect(line).toBe('');
  };
  await expect(reading()).rejects.toThrow(RangeError);
});

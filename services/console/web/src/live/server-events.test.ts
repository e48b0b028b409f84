import fc from 'fast-check';
import { expect, it } from 'vitest';
import { serverEvents } from './server-events.ts';

async function dataOf(chunks: readonly Uint8Array[]): Promise<string[]> {
  const answer = new ReadableStream<Uint8Array>({
    start: (controller) => {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
  const data: string[] = [];
  for await (const one of serverEvents(answer)) data.push(one);
  return data;
}

it.each([
  ['data: {"a":1}\n\ndata: 2\n\n', ['{"a":1}', '2']],
  ['retry: 2000\n\n:\n\ndata:x\n\n', ['x']],
  ['id: 1\ndata: a\ndata:  b\n\n', ['a\n b']],
  ['data: whole\n\ndata: half\n', ['whole']],
  ['', []],
])('%j has the data %j', async (text, data) => {
  expect(await dataOf([new TextEncoder().encode(text)])).toEqual(data);
});

it('comes out the same wherever the answer is cut', async () => {
  const bytes = new TextEncoder().encode('retry: 1\n\ndata: ñ🧵\n\n:\n\ndata: {"b":"x"}\n\n');
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(bytes.length)), async (cuts) => {
      const at = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
      const chunks = at.slice(1).map((end, index) => bytes.slice(at[index], end));
      expect(await dataOf(chunks)).toEqual(['ñ🧵', '{"b":"x"}']);
    }),
  );
});

import { StringDecoder } from 'node:string_decoder';

/** Lines of a UTF-8 stream, without the empty ones. Throws a `RangeError` for a line beyond the limit. */
export async function* textLines(
  stream: AsyncIterable<Uint8Array>,
  charactersAtMost: number,
): AsyncGenerator<string, void, void> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + decoder.write(Buffer.from(chunk))).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > charactersAtMost) throw new RangeError(`a line has more than ${charactersAtMost} characters`);
    for (const line of lines) if (line !== '') yield line;
  }
  rest += decoder.end();
  if (rest !== '') yield rest;
}

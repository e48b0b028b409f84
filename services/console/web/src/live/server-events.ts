/**
 * The data of the server-sent events of an answer, one by one, as they come. Ends when the answer does; rejects if it breaks
 * off. Lines other than data, such as signs of life, count for nothing.
 */
export async function* serverEvents(answer: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = answer.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  let text = '';
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    const whole = (text + read.value).split('\n\n');
    text = whole.pop() ?? '';
    for (const event of whole) {
      const lines = event.split('\n').filter((line) => line.startsWith('data:'));
      if (lines.length > 0) yield lines.map((line) => line.slice('data:'.length).replace(/^ /, '')).join('\n');
    }
  }
}

import { ServiceSilent } from './ports.ts';

/** An answer exceeds the limit. */
export class AnswerTooLarge extends Error {
  override readonly name = 'AnswerTooLarge';
}

/**
 * Reads an answer to its end; rejects with `AnswerTooLarge` beyond `bytes_at_most`, `ServiceSilent` if it breaks off.
 */
export async function readWhole(answer: Response, bytes_at_most: number): Promise<Buffer> {
  if (answer.body === null) return Buffer.alloc(0);
  try {
    return await readChunks(answer.body, bytes_at_most);
  } catch (error) {
    if (error instanceof AnswerTooLarge) throw error;
    throw new ServiceSilent('an answer broke off', { cause: error });
  }
}

async function readChunks(body: ReadableStream<Uint8Array>, bytes_at_most: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop early cancels the rest.
  for await (const chunk of body) {
    size += chunk.length;
    if (size > bytes_at_most) throw new AnswerTooLarge(`an answer has more than ${bytes_at_most} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Whether an answer's type is JSON, problems included. */
export function isJson(answer: Response): boolean {
  return /^application\/([\w.-]+\+)?json\b/i.test(answer.headers.get('content-type') ?? '');
}

import { ServiceSilentError } from './ports.ts';

/** An answer exceeds the limit. */
export class AnswerTooLargeError extends Error {
  override readonly name = 'AnswerTooLargeError';
}

/**
 * Reads an answer to its end; rejects with `AnswerTooLargeError` beyond `bytesAtMost`, `ServiceSilentError` if it breaks off.
 */
export async function readWhole(answer: Response, bytesAtMost: number): Promise<Buffer> {
  if (answer.body === null) return Buffer.alloc(0);
  try {
    return await readChunks(answer.body, bytesAtMost);
  } catch (error) {
    if (error instanceof AnswerTooLargeError) throw error;
    throw new ServiceSilentError('an answer broke off', { cause: error });
  }
}

async function readChunks(body: ReadableStream<Uint8Array>, bytesAtMost: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop early cancels the rest.
  for await (const chunk of body) {
    size += chunk.length;
    if (size > bytesAtMost) throw new AnswerTooLargeError(`an answer has more than ${bytesAtMost} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Whether an answer's type is JSON, problems included. */
export function isJson(answer: Response): boolean {
  return /^application\/([\w.-]+\+)?json\b/i.test(answer.headers.get('content-type') ?? '');
}

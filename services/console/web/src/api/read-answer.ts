import { parseJson } from '@hilo/exact-json';
import { ApiError, readFault } from './api-error.ts';

/** An answer as it comes. */
export type AnswerBody = NonNullable<Response['body']>;

/** The JSON of an answer; null: it has none. Rejects with an `ApiError` if the answer is a refusal, as the others do. */
export async function readJson(answer: Response): Promise<unknown> {
  const text = await answer.text().catch(() => '');
  const body = parse(text);
  if (!answer.ok) throw new ApiError(readFault(answer.status, body));
  return body;
}

/** An answer to be read as it comes. */
export async function readStream(answer: Response): Promise<AnswerBody> {
  if (!answer.ok) await readJson(answer);
  if (answer.body === null) throw new ApiError({ kind: 'no-answer' });
  return answer.body;
}

/** The file of an answer. */
export async function readFile(answer: Response): Promise<Blob> {
  if (!answer.ok) await readJson(answer);
  // A file that breaks off is none.
  return answer.blob().catch(() => {
    throw new ApiError({ kind: 'no-answer' });
  });
}

function parse(text: string): unknown {
  try {
    return text === '' ? null : parseJson(text);
  } catch {
    return null;
  }
}

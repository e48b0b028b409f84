import { ApiError, codeOf, statusOf } from './api-error.ts';

const KEY_TAKEN = 'key_taken';

/** Saves a new resource; rejects with an error of which `isTaken` is true if `read` finds one with its key. */
export async function addNew<T>(read: () => Promise<unknown>, save: () => Promise<T>): Promise<T> {
  try {
    await read();
  } catch (error) {
    if (statusOf(error) === 404) return save();
    throw error;
  }
  throw new ApiError({ kind: 'refused', status: 409, code: KEY_TAKEN, detail: '', field: 'key' });
}

/** Whether an error says that there is a resource with the key already. */
export function isTaken(error: Error | null): boolean {
  return codeOf(error) === KEY_TAKEN;
}

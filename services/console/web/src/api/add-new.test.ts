import { expect, it } from 'vitest';
import { addNew, isTaken } from './add-new.ts';
import { ApiError } from './api-error.ts';

const refusal = (status: number) =>
  new ApiError({ kind: 'refused', status, code: 'not_found', detail: '', field: null });

/** What becomes of saving when `read` ends so, and whether anything was saved. */
async function outcome(read: () => Promise<unknown>) {
  let isSaved = false;
  const save = async () => {
    isSaved = true;
    return 'saved';
  };
  const result = await addNew(read, save).catch((error: unknown) => error);
  return { result, isSaved };
}

it('saves what is not there yet', async () => {
  expect(await outcome(() => Promise.reject(refusal(404)))).toEqual({ result: 'saved', isSaved: true });
});

it('saves nothing over what is there, and says that the key is taken', async () => {
  const { result, isSaved } = await outcome(async () => ({ key: 'vip' }));
  expect([isTaken(result as Error), isSaved]).toEqual([true, false]);
});

it('saves nothing where it is not known whether it is there', async () => {
  const { result, isSaved } = await outcome(() => Promise.reject(refusal(503)));
  expect(result).toMatchObject({ fault: { status: 503 } });
  expect([isTaken(result as Error), isSaved]).toEqual([false, false]);
});

import { expect, it } from 'vitest';
import { ApiError, readFault, statusOf } from './api-error.ts';

it('reads a problem with the field at fault', () => {
  const body = {
    type: 'about:blank',
    title: 'Bad Request',
    status: 400,
    code: 'invalid',
    detail: 'No.',
    field: 'name',
  };
  expect(readFault(400, body)).toEqual({ kind: 'refused', status: 400, code: 'invalid', detail: 'No.', field: 'name' });
});

it("reads the Profile API's errors, which have Segment's shape", () => {
  const body = { error: { code: 'not_found', message: 'Profile was not found.' } };
  expect(readFault(404, body)).toMatchObject({ code: 'not_found', detail: 'Profile was not found.', field: null });
});

it.each([[null], ['<html>'], [[1]], [{ code: 7, error: 'x' }]])('makes do with a body of another form: %j', (body) => {
  expect(readFault(502, body)).toEqual({ kind: 'refused', status: 502, code: '', detail: '', field: null });
});

it('knows the status of a refusal, and none of other errors', () => {
  expect(statusOf(new ApiError(readFault(404, null)))).toBe(404);
  expect(statusOf(new ApiError({ kind: 'no-answer' }))).toBe(0);
  expect(statusOf(new Error('x'))).toBe(0);
});

/**
 * With this header the console names the person behind a request that it forwards, as an opaque word of 22 characters,
 * so that each person gets a fair share. It counts only beside the admin token, and the console never takes it from a
 * client.
 */
export const PERSON_HEADER = 'x-hilo-person';

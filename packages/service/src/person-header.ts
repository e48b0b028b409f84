/**
 * With it the console tells a service whose request it forwards, as an opaque word of 22 characters, so that each person gets
 * a fair share. It counts only beside the admin token, and the console never takes it from a person.
 */
export const PERSON_HEADER = 'x-hilo-person';

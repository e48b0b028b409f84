import type { Api as IdentityApi } from '@hilo/identity/contract';
import type { SchemaOf } from '@hilo/service/contract';

const NAMED = /^([a-z][\w.]{0,63}):(.+)$/s;
const EMAIL = /^[^\s@]+@[^\s@]+$/;
const PROFILE_ID = /^p_[A-Za-z0-9_-]+$/;

/** What a text may name: an identifier of a person, or a profile by the type `profile_id`. */
export type Candidate = SchemaOf<IdentityApi, 'Identifier'>;

/** Whether a text has the form of a profile's id. */
export function isProfileId(text: string): boolean {
  return PROFILE_ID.test(text);
}

/**
 * What a typed text may name, likeliest first. A text without a type (`{type}:{value}`) is tried as an email, profile id, user id
 * and anonymous id, as far as it looks like one; an empty text names nobody.
 */
export function candidatesOf(typed: string): readonly Candidate[] {
  const value = typed.trim();
  if (value === '') return [];
  const [, type, rest] = NAMED.exec(value) ?? [];
  return [
    ...(type === undefined || rest === undefined ? [] : [{ type, value: rest }]),
    ...(EMAIL.test(value) ? [{ type: 'email', value }] : []),
    ...(isProfileId(value) ? [{ type: 'profile_id', value }] : []),
    { type: 'user_id', value },
    { type: 'anonymous_id', value },
  ];
}

const NAMED = /^([a-z][\w.]{0,63}):(.+)$/s;
const EMAIL = /^[^\s@]+@[^\s@]+$/;
const PROFILE_ID = /^p_[A-Za-z0-9_-]+$/;

/**
 * What a typed text may name, as `{type}:{value}` of the Profile API, likeliest first. A text without a type is tried
 * as an email, profile id, user id and anonymous id, as far as it looks like one; an empty text names nobody.
 */
export function candidatesOf(typed: string): readonly string[] {
  const text = typed.trim();
  if (text === '') return [];
  const guesses = [
    ...(NAMED.test(text) ? [text] : []),
    ...(EMAIL.test(text) ? [`email:${text}`] : []),
    ...(PROFILE_ID.test(text) ? [`profile_id:${text}`] : []),
  ];
  return [...guesses, `user_id:${text}`, `anonymous_id:${text}`];
}

const KEY = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/;
const SUGGESTED_CHARACTERS = 60;

/** Whether a text can be the key of a segment. */
export function isSegmentKey(text: string): boolean {
  return KEY.test(text);
}

/** A key made from a name: lower-case letters and digits with hyphens between; empty if nothing of the name is left. */
export function suggestedKey(name: string): string {
  return name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, SUGGESTED_CHARACTERS)
    .replace(/^-+|-+$/g, '');
}

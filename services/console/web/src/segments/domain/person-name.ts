/** Traits that `personName` looks at. */
export const NAME_TRAITS: readonly string[] = ['name', 'first_name', 'firstName', 'last_name', 'lastName', 'email'];

/** What people call somebody with these traits: a name, or the email address; null: none is known. */
export function personName(traits: Readonly<Record<string, unknown>>): string | null {
  const text = (...names: readonly string[]): string =>
    names
      .map((name) => traits[name])
      .find((value): value is string => typeof value === 'string' && value.trim() !== '') ?? '';
  const parts = [text('first_name', 'firstName'), text('last_name', 'lastName')].filter((part) => part !== '');
  return text('name') || parts.join(' ') || text('email') || null;
}

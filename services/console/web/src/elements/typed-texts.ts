/**
 * Texts that go with a page of the browser's history but not into its address, by name; none where the state is of another
 * form, as that of another version of the pages may be.
 */
export function typedIn(state: unknown): Readonly<Record<string, string>> {
  const typed = isObject(state) ? state['typed'] : undefined;
  if (!isObject(typed)) return {};
  return Object.fromEntries(
    Object.entries(typed).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

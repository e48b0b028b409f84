/** What a key does on every page: goes to anything, searches the page, or lists the keys. */
export type KeyAction = 'go' | 'search' | 'keys';

/** A key that was pressed, as far as it matters. */
interface PressedKey {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/** What a pressed key does; null: nothing, or what the browser does by itself. `isTyping`: in a field, where `/` and `?` are text. */
export function keyAction({ key, ctrlKey, metaKey, altKey }: PressedKey, isTyping: boolean): KeyAction | null {
  if ((ctrlKey || metaKey) && !altKey && key.toLowerCase() === 'k') return 'go';
  if (isTyping || ctrlKey || metaKey || altKey) return null;
  if (key === '/') return 'search';
  return key === '?' ? 'keys' : null;
}

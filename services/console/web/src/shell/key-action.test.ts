import { expect, it } from 'vitest';
import { keyAction } from './key-action.ts';

const pressed = (key: string, held: 'ctrlKey' | 'metaKey' | 'altKey' | null = null) => ({
  ...{ key, ctrlKey: false, metaKey: false, altKey: false },
  ...(held === null ? {} : { [held]: true }),
});

it.each([
  [pressed('k', 'ctrlKey'), false, 'go'],
  [pressed('K', 'metaKey'), true, 'go'],
  [pressed('k'), false, null],
  [pressed('/'), false, 'search'],
  [pressed('/'), true, null],
  [pressed('/', 'ctrlKey'), false, null],
  [pressed('?'), false, 'keys'],
  [pressed('?'), true, null],
  [pressed('?', 'altKey'), false, null],
  [pressed('a'), false, null],
] as const)('%j, typing: %s, does %s', (key, isTyping, action) => {
  expect(keyAction(key, isTyping)).toBe(action);
});

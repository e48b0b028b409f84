/** What people save of what they explore. */
export const EXPLORATION_KINDS = ['query', 'dashboard'] as const;

/** What people save of what they explore. */
export type ExplorationKind = (typeof EXPLORATION_KINDS)[number];

/** How the answer to a statement is shown. */
export const VIEWS = ['table', 'number', 'line', 'bars'] as const;

/** Bounds of what is saved. */
export const EXPLORATION_LIMITS = {
  name_characters: 200,
  sql_characters: 20_000,
  tiles: 24,
  contentCharacters: 200_000,
  refresh_s: { minimum: 10, maximum: 3600 },
} as const;

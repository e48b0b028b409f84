/** The statement that the page begins with. */
export const EXAMPLE_STATEMENT =
  'SELECT event, count() AS events, uniqExact(profile_id) AS people\nFROM hilo.events\nGROUP BY event\nORDER BY events DESC\nLIMIT 100';

/** Whether a statement asks for a segment, by the parameter of that name. */
export function asksForSegment(sql: string): boolean {
  return /\{\s*segment\s*:/.test(sql);
}

/** Where in a statement a fault is: the first character's index from 0, from a detail such as `Line 2, column 5: …`. */
export function placeIn(sql: string, detail: string): number | null {
  const [, line, column] = /^Line (\d+), column (\d+):/.exec(detail) ?? [];
  if (line === undefined || column === undefined) return null;
  const before = sql.split('\n').slice(0, Number(line) - 1);
  const index = before.reduce((sum, text) => sum + text.length + 1, 0) + Number(column) - 1;
  return Math.min(index, sql.length);
}

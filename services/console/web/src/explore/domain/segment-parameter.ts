/** Whether a statement asks for a segment, by the parameter of that name. */
export function asksForSegment(sql: string): boolean {
  return /\{\s*segment\s*:/.test(sql);
}

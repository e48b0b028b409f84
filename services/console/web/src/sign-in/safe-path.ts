/** Where to go after signing in: one of the console's own paths, whatever the address asked for. */
export function safePath(wanted: string | null): string {
  return wanted !== null && /^\/(?![/\\])/.test(wanted) ? wanted : '/';
}

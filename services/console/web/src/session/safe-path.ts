/** Where to go after signing in: a path of the console's own, whatever the address asked for. */
export function safePath(wanted: string | null): string {
  return wanted !== null && /^\/(?![/\\])/.test(wanted) ? wanted : '/';
}

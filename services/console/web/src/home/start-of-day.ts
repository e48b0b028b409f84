/** Midnight of the day that a moment is in, where the browser is; the first hour of the day where there is no midnight. */
export function startOfDay(moment: Date): Date {
  return new Date(moment.getFullYear(), moment.getMonth(), moment.getDate());
}

/**
 * An unexpected error that no single input can have caused: the process ends, and the next one continues from the
 * checkpoint.
 */
export class StageFaultError extends Error {}

/** SQLSTATE classes of errors that depend on the data: unfit values, broken constraints, limits. */
const OF_DATA = /^(22|23|54)/;

/**
 * True if an input of the batch may have made it fail, so that the others can go on without it. No input can fix what
 * PostgreSQL refuses for another reason, such as a missing table.
 */
export function mayBeOfOneInput(error: unknown): boolean {
  if (error instanceof StageFaultError) return false;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code !== 'string' || !/^[0-9A-Z]{5}$/.test(code) || OF_DATA.test(code);
}

/**
 * What an error is and where it was thrown, such as `TypeError in decide.ts:53`. Omits the error's own message: it may
 * quote what a person sent.
 */
export function nameOfBug(error: unknown): string {
  if (!(error instanceof Error)) return 'Something that is no error was thrown';
  const frame = /\(?([^\s(]*?)([^/\\\s(]+\.[cm]?[jt]s:\d+)(?::\d+)?\)?$/m.exec(
    error.stack?.slice(error.stack.indexOf('\n') + 1) ?? '',
  );
  return frame?.[2] === undefined ? error.name : `${error.name} in ${frame[2]}`;
}

/** Classes of PostgreSQL's error codes for "not now": connection, resources, operator intervention. */
const SQLSTATES = /^(08|53|57)/;

/** Codes of sockets that found no listener, or lost it. */
const SOCKETS = /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/;

/** The driver's messages for a connection that it could not open or keep; they carry no code. */
const DRIVER = /timeout exceeded when trying to connect|Connection terminated|Query read timeout|not queryable/;

/** True for an error that says a database is unreachable, not that a query is wrong: a retry may help. */
export function isStoreUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof AggregateError && error.errors.some(isStoreUnavailable)) return true;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return code === '' ? DRIVER.test(error.message) : SOCKETS.test(code) || (code.length === 5 && SQLSTATES.test(code));
}

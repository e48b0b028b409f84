/** Classes of PostgreSQL's own codes for "not now": connection, resources, operator intervention. */
const SQLSTATES = /^(08|53|57)/;

/** Codes of sockets that found nobody, or lost who was there. */
const SOCKETS = /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/;

/** What the driver says of a connection that it could not make or keep; these carry no code. */
const DRIVER = /timeout exceeded when trying to connect|Connection terminated|Query read timeout|not queryable/;

/** True for an error that says a database is out of reach, not that a query is wrong: asking again later may help. */
export function isStoreAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof AggregateError && error.errors.some(isStoreAway)) return true;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return code === '' ? DRIVER.test(error.message) : SOCKETS.test(code) || (code.length === 5 && SQLSTATES.test(code));
}

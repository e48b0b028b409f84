/** How a request failed. */
export type ApiFault =
  /** No answer came: the console or the network is unavailable. */
  | { readonly kind: 'no-answer' }
  /** No answer came to a change: it may have been made. */
  | { readonly kind: 'unconfirmed' }
  /** There is no connection: nothing was sent. */
  | { readonly kind: 'offline' }
  /** An answer that says what is wrong. `field` names the faulty part of the request. */
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly code: string;
      readonly detail: string;
      readonly field: string | null;
    };

/** A request that did not succeed. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly fault: ApiFault;

  constructor(fault: ApiFault) {
    super(fault.kind === 'refused' ? fault.detail : 'no answer');
    this.fault = fault;
  }
}

/** HTTP status of an error; 0 if no answer came, or it is another error. */
export function statusOf(error: unknown): number {
  return error instanceof ApiError && error.fault.kind === 'refused' ? error.fault.status : 0;
}

/** Code of a refusal, such as `email_taken`; empty if there is none. */
export function codeOf(error: unknown): string {
  return error instanceof ApiError && error.fault.kind === 'refused' ? error.fault.code : '';
}

/**
 * Reads the body of a refusal: problem+json `{code, detail, field?}`, or the Profile API's `{"error": {code, message}}`.
 * A body of another form leaves code and detail empty.
 */
export function readFault(status: number, body: unknown): ApiFault {
  const fields = fieldsOf(body);
  const inner = fieldsOf(fields.error);
  return {
    kind: 'refused',
    status,
    code: textOf(fields.code) ?? textOf(inner.code) ?? '',
    detail: textOf(fields.detail) ?? textOf(inner.message) ?? '',
    field: textOf(fields.field) ?? null,
  };
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

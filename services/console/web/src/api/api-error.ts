/** What a request ended in, other than success. */
export type ApiFault =
  /** No answer came: the console is away, or the network is. */
  | { readonly kind: 'no-answer' }
  /** No answer came to a change: it may have been made. */
  | { readonly kind: 'unconfirmed' }
  /** There is no connection: nothing was sent. */
  | { readonly kind: 'offline' }
  /** An answer that says what is wrong. `field` names the part of the request at fault. */
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

/** HTTP status of an error; 0 where no answer came, or the error is another one. */
export function statusOf(error: unknown): number {
  return error instanceof ApiError && error.fault.kind === 'refused' ? error.fault.status : 0;
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

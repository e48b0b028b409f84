import { AREAS, ROLES, SCOPES } from '../domain/rights.ts';

/** A text. */
export const text = { type: 'string' } as const;
const time = { type: 'string', format: 'date-time' } as const;
const count = { type: 'integer', minimum: 0 } as const;
const rate = { type: ['number', 'null'], description: 'A second; null until it is known.' } as const;
const role = { enum: ROLES } as const;
/** Seconds, where somebody says them. */
export const seconds = { type: ['number', 'null'] } as const;
const listOf = (items: unknown) => ({ type: 'array', items });

/** An object with all of the properties. */
export function object(properties: Readonly<Record<string, unknown>>) {
  return { type: 'object', properties, required: Object.keys(properties) };
}

/** A body of JSON. */
export function json(schema: unknown) {
  return { required: true, content: { 'application/json': { schema } } };
}

/** An answer of JSON. */
export function answer(description: string, schema: unknown) {
  return { description, content: { 'application/json': { schema } } };
}

/** A page of a list. */
export function pageOf(items: unknown) {
  return object({ items: listOf(items), next: { type: ['string', 'null'], description: 'Cursor of the next page.' } });
}

/** A problem, as RFC 9457 has it. */
export function refusal(description: string) {
  const schema = { $ref: '#/components/schemas/Problem' };
  return { description, content: { 'application/problem+json': { schema } } };
}

/** What every service's problems look like. */
export const problem = {
  ...object({ type: text, title: text, status: { type: 'integer' }, code: text, detail: text }),
  properties: {
    ...{ type: text, title: text, status: { type: 'integer' }, detail: text },
    code: { ...text, description: 'Stable word for programs.' },
    field: { ...text, description: 'The field at fault.' },
  },
};

const password = { type: 'string', minLength: 12, maxLength: 200 } as const;
const email = { type: 'string', maxLength: 254, examples: ['ann@example.com'] } as const;
const name = { type: 'string', minLength: 1, maxLength: 200 } as const;
const scopes = { type: 'array', items: { enum: SCOPES }, minItems: 1 } as const;

/** Who is signed in. */
export const session = object({
  user: object({ email: text, name: text, role }),
  rights: {
    ...object(Object.fromEntries(AREAS.map((area) => [area, { enum: ['read', 'write', null] }]))),
    description: 'What the person may do in each area; `write` includes `read`, null: nothing.',
  },
  csrf: { ...text, description: 'To be sent as X-CSRF-Token with everything but GET.' },
  timeZone: { ...text, description: 'IANA name of the workspace’s zone, which pages show times in.' },
  tracking_url: { type: ['string', 'null'], description: 'Where SDKs reach the tracking API; null: not known.' },
});

/** What signing in takes. */
export const credentials = object({ email: text, password: text });

/** What changing one's password takes. */
export const passwordChange = object({ current: text, next: password });

/** Somebody who may sign in. */
export const user = object({
  email,
  name,
  role,
  disabled: { type: 'boolean', description: 'May not sign in; sessions and tokens rest.' },
  createdAt: time,
  updatedAt: time,
});

/** What adding somebody takes. */
export const newUser = object({ email, name, role, password });

/** What changing somebody takes. */
export const userChange = { type: 'object', properties: { name, role, disabled: { type: 'boolean' }, password } };

const tokenFields = {
  id: text,
  name,
  scopes,
  owner: { ...text, description: "The person's address; the token never does more than the person may." },
  createdAt: time,
  expiresAt: time,
  lastUsedAt: { type: ['string', 'null'], format: 'date-time', description: 'To the minute.' },
};

/** A token for programs. */
export const apiToken = object(tokenFields);

/** The same, in the one answer that shows the token. */
export const madeApiToken = object({ ...tokenFields, token: { ...text, description: 'Shown here and never again.' } });

/** What making a token takes. */
export const newApiToken = object({
  name,
  scopes,
  expiresAt: { ...time, description: 'At most a year ahead.' },
});

/** A line of the audit log. */
export const auditEntry = object({
  id: text,
  when: time,
  who: { ...text, description: 'An address, an address "by token" with its id, or "the admin token".' },
  what: { enum: ['created', 'changed', 'deleted', 'ran'] },
  target: { ...text, examples: ['segmentation/v1/segments/vip', 'users/ann@example.com'] },
  before: { description: 'As JSON shows it, without secrets; null: it was not there.' },
  after: { description: 'The same afterwards; for what was run, its answer.' },
});

/** How everything runs. */
export const overview = object({
  at: time,
  services: listOf(
    object({
      service: text,
      instances: listOf(object({ instance: text, state: { enum: ['ready', 'starting', 'down'] } })),
    }),
  ),
  stages: listOf(
    object({
      stage: text,
      records_per_s: rate,
      outputs_per_s: rate,
      lag_records: { type: ['integer', 'null'] },
      dead_letters: count,
      latency_p50_s: { ...seconds, description: 'Receipt to commit, over the last minute; null: nothing came.' },
      latency_p99_s: seconds,
      errors: {
        type: ['array', 'null'],
        description: 'What went wrong in the last minute; null until it is known.',
        items: object({ what: { enum: ['dead_letters', 'retries', 'rejected', 'failed', 'http'] }, count }),
      },
    }),
  ),
  segments: { type: ['array', 'null'], items: object({ segment: text, name: text, members: count }) },
  webhook: object({
    received: count,
    repeats: count,
    refused: count,
    latest: listOf(
      object({ segment: text, status: text, reason: text, profile_id: text, received_at: time, after_ms: count }),
    ),
  }),
});

import { randomUUID } from 'node:crypto';
import { parseJson } from '@hilo/exact-json';
import { type ServiceTokens, type TokenActor, withoutSecrets } from '@hilo/service';
import { auditEntry } from './domain/audit-entry.ts';
import { entityTag, hasAlready } from './domain/entity-tag.ts';
import { answerHeaders, type HeaderFields, sentHeaders } from './domain/forward-headers.ts';
import type { ForwardPath } from './domain/forward-path.ts';
import { type Actor, isLongCall, type Level, seesSecrets } from './domain/rights.ts';
import { type AuditLog, type CallService, ServiceSilentError, ServiceUnavailableError } from './ports.ts';
import { AnswerTooLargeError, isJson, readWhole } from './read-answer.ts';

/** A person's request for a service. */
export interface ForwardRequest {
  readonly actor: Actor;
  /** The word by which services tell people apart. */
  readonly person: string;
  readonly to: ForwardPath;
  readonly method: string;
  /** Whether it changes something, and so must be recorded. */
  readonly level: Level;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Buffer | null;
  /** Ends the call: for a read when the client disconnects, for a change only when it takes too long. */
  readonly signal: AbortSignal;
}

/** The answer that the person gets. */
export interface ForwardAnswer {
  readonly status: number;
  readonly headers: HeaderFields;
  /** A stream that is read as it arrives, or the whole body. */
  readonly body: ReadableStream<Uint8Array> | Buffer | null;
}

/** A change, and who asks for it: for the service's own record. */
interface NamedChange {
  readonly id: string;
  readonly actor: TokenActor;
}

/** Forwards a person's request. */
export type Forward = (request: ForwardRequest) => Promise<ForwardAnswer>;

/** What forwarding needs. */
export interface ForwardDependencies {
  readonly call: CallService;
  readonly audit: AuditLog;
  readonly tokens: ServiceTokens;
  readonly nowMs: () => number;
}

/** The service refused the console's own token: it has another public key of the console, or its clock is wrong. */
export class ServiceRefusedError extends Error {
  override readonly name = 'ServiceRefusedError';
}

/** Largest answer that is read as a whole: answers to changes, and those with secrets to remove. */
const ANSWER_BYTES = 8 * 1024 * 1024;

/** A longer answer to a read goes on as it comes; one that fits gets a tag, so that it need not be sent again unchanged. */
const TAGGED_BYTES = 1024 * 1024;

/** Largest resource read for the audit log, before and after a change. */
const AUDITED_BYTES = 256 * 1024;

/** Statuses that say that there is nothing to read at an address. */
const NOTHING_THERE = new Set([404, 405, 410]);
const OK = 200;
const NOT_MODIFIED = 304;
const UNAUTHORIZED = 401;

/** A statement is answered when it is done: it waits for its turn, and may run for a minute. */
const STATEMENT_MS = 95_000;

/**
 * Forwards a person's request to a service with a token of the console's that names the person. Streams reads; if the person must not see secrets,
 * reads the JSON whole and removes them. Records a change, with the resource before and after, before answering it.
 * Rejects with `ServiceUnavailableError`, `ServiceSilentError`, `ServiceRefusedError` and `AnswerTooLargeError`.
 */
export function forwarder(dependencies: ForwardDependencies): Forward {
  return (request) => (request.level === 'read' ? read(dependencies, request) : change(dependencies, request));
}

async function read(dependencies: ForwardDependencies, request: ForwardRequest): Promise<ForwardAnswer> {
  const answer = await callOnce(dependencies, request);
  const head = { status: answer.status, headers: answerHeaders(answer.headers) };
  const isClear = seesSecrets(request.actor, request.to.service);
  if (!isJson(answer) || (isClear && !isTagged(request.method, answer))) return { ...head, body: answer.body };
  const bytes = await readWhole(answer, ANSWER_BYTES);
  if (bytes.length === 0) return { ...head, body: null };
  const body = isClear ? bytes : Buffer.from(JSON.stringify(withoutSecrets(parse(bytes))));
  return isTagged(request.method, answer) ? tagged(head, body, request) : { ...head, body };
}

/** Whether an answer is short enough to be read as a whole for a tag. */
function isTagged(method: string, answer: Response): boolean {
  const length = answer.headers.get('content-length');
  return method === 'GET' && answer.status === OK && length !== null && Number(length) <= TAGGED_BYTES;
}

/** The answer with a tag; without its body for who has it. */
function tagged(head: Omit<ForwardAnswer, 'body'>, body: Buffer, { headers }: ForwardRequest): ForwardAnswer {
  const etag = entityTag(body);
  if (hasAlready(headers['if-none-match'], etag)) return { status: NOT_MODIFIED, headers: { etag }, body: null };
  return { ...head, headers: { ...head.headers, etag }, body };
}

async function change(dependencies: ForwardDependencies, request: ForwardRequest): Promise<ForwardAnswer> {
  await dependencies.audit.check();
  const isCall = request.method === 'POST';
  const before = isCall ? null : await resource(dependencies, request);
  const id = randomUUID();
  const { actor, to } = request;
  const record = (after: unknown, of?: { readonly change_id: string }): Promise<void> => {
    const made = {
      when_ms: dependencies.nowMs(),
      who: actor.who,
      address: actor.address,
      target: to.target,
      isCall,
      before,
      after,
      ...of,
    };
    return dependencies.audit.append(auditEntry(made));
  };
  let answer: Response;
  let bytes: Buffer;
  try {
    answer = await callOnce(dependencies, request, { id, actor: { who: actor.who, address: actor.address } });
    bytes = await readWhole(answer, ANSWER_BYTES);
  } catch (error) {
    // Anything else may have happened: the service's own record, which knows the end, becomes an entry beside this one.
    const isUndone = error instanceof ServiceUnavailableError || error instanceof ServiceRefusedError;
    if (!isUndone) await record(leftOut('the answer could not be read'));
    throw error;
  }
  // The change is made: record it, whether or not it can be read again.
  const again = () => resource(dependencies, request).catch(() => leftOut('it could not be read again'));
  if (answer.ok) await record(isCall ? jsonOf(answer, bytes) : await again(), { change_id: `${to.service}/${id}` });
  return { status: answer.status, headers: answerHeaders(answer.headers), body: bytes.length === 0 ? null : bytes };
}

/** The current resource at an address of a service; null: none. */
async function resource(dependencies: ForwardDependencies, request: ForwardRequest): Promise<unknown> {
  try {
    const headers = { accept: 'application/json' };
    const answer = await callOnce(dependencies, { ...request, method: 'GET', level: 'read', headers, body: null });
    if (answer.ok) return jsonOf(answer, await readWhole(answer, AUDITED_BYTES));
    await answer.body?.cancel();
    return NOTHING_THERE.has(answer.status) ? null : leftOut(`the service answered ${answer.status}`);
  } catch (error) {
    if (error instanceof ServiceSilentError) return leftOut('the service did not answer');
    if (error instanceof AnswerTooLargeError) return leftOut(`more than ${AUDITED_BYTES} bytes`);
    throw error;
  }
}

async function callOnce(
  { call, tokens }: ForwardDependencies,
  { person, to, method, headers, body, signal }: ForwardRequest,
  change: NamedChange | null = null,
): Promise<Response> {
  const { service, path } = to;
  const token = await tokens.tokenFor(service, change === null ? { person } : { person, actor: change.actor });
  const ours = sentHeaders(headers, token, change?.id);
  const sent = { service, person, method, path, headers: ours, body, signal };
  const answer = await call(isLongCall(method, to.target) ? { ...sent, beginsWithinMs: STATEMENT_MS } : sent);
  if (answer.status !== UNAUTHORIZED) return answer;
  await answer.body?.cancel();
  throw new ServiceRefusedError(`${service} refuses the console's token`);
}

/** The JSON of an answer; null if it has none. */
function jsonOf(answer: Response, bytes: Buffer): unknown {
  if (!isJson(answer) || bytes.length === 0) return null;
  try {
    return parse(bytes);
  } catch {
    return leftOut('it is no JSON');
  }
}

function parse(bytes: Buffer): unknown {
  return parseJson(bytes.toString('utf8'));
}

function leftOut(why: string) {
  return { left_out: why };
}

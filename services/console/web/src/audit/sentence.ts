import type { Messages } from '../language/messages.ts';
import type { AuditEntry } from './audit-api.ts';
import { type AuditObject, objectOf, SEVERAL } from './audit-object.ts';
import type { auditMessages } from './messages.ts';

/** The texts of the audit log in a language. */
type Words = typeof auditMessages extends Messages<infer M> ? Messages<M>['en'] : never;

/** Names a stage in the language. */
type StageName = (stage: string) => string;

/** Those who are no person, as the log has them. */
const OTHERS: Readonly<Record<string, 'system' | 'adminToken' | 'unknownCaller' | 'several'>> = {
  'the first start': 'system',
  'the admin token': 'adminToken',
  'unknown caller': 'unknownCaller',
  [SEVERAL]: 'several',
};

/** Whose entry it is, in words. */
export function whoWords(who: string, t: Words): string {
  const other = OTHERS[who];
  if (other !== undefined) return t[other];
  const [, user] = /^database user (.+)$/.exec(who) ?? [];
  if (user !== undefined) return t.databaseUser(user);
  const [, person, token] = /^(.+) by token (\S+)$/.exec(who) ?? [];
  return person === undefined || token === undefined ? who : t.byToken(person, token);
}

/** What happened, as it follows the name of whoever did it. */
export function whatWords(entry: AuditEntry, t: Words, stageName: StageName): string {
  switch (entry.what) {
    case 'signed_in':
      return t.didSignIn;
    case 'signed_out':
      return t.didSignOut;
    case 'sign_in_failed':
      return t.didFailToSignIn;
    case 'locked_out':
      return t.didTooOften;
    case 'refused':
      return t.tried(triedWords(entry, t, stageName));
    default:
      return doneWords(entry, t, stageName);
  }
}

/** Why it was in vain; a code without words stands for itself. */
export function reasonWords(reason: string, t: Words): string {
  const texts: Readonly<Record<string, unknown>> = t;
  const text = texts[`reason_${reason}`];
  return typeof text === 'string' ? text : reason;
}

function doneWords(entry: AuditEntry, t: Words, stageName: StageName): string {
  const object = objectOf(entry.target);
  if (entry.what === 'ran') return callWords(object, 'did', t, stageName) ?? t.didCall(entry.target);
  if (object?.kind === 'sessions' && entry.what === 'deleted') return t.didEndSessions(object.name);
  if (object?.kind === 'secondFactor' && entry.what === 'created') return t.didTurnOn(object.name);
  if (object?.kind === 'secondFactor' && entry.what === 'deleted') return t.didTurnOff(object.name);
  if (object?.kind === 'audit' && entry.what === 'deleted') return t.didDeleteOld;
  const named = objectWords(object, entry, t);
  if (entry.what === 'created') return t.didCreated(named);
  return entry.what === 'deleted' ? t.didDeleted(named) : t.didChanged(named);
}

function triedWords(entry: AuditEntry, t: Words, stageName: StageName): string {
  const { target, method } = entry;
  if (target === SEVERAL) return t.toSeveral;
  const object = objectOf(target);
  // Confirming changes nothing, so the log has it only if it was refused.
  if (object?.kind === 'confirmation') return t.toConfirm;
  if (object?.kind === 'ownFactor') return method === 'DELETE' ? t.toTurnOff : t.toTurnOn;
  const call = callWords(object, 'to', t, stageName);
  if (call !== null) return call;
  if (object === null || method === null) return t.toCall([method, target].join(' ').trim());
  const named = objectWords(object, entry, t);
  if (method === 'GET' || object.kind === 'audit') return t.toRead(named);
  if (method === 'DELETE') return t.toDeleted(named);
  return method === 'POST' ? t.toCreated(named) : t.toChanged(named);
}

/** A call that changes no single thing; null: another object. */
function callWords(object: AuditObject | null, mood: 'did' | 'to', t: Words, stageName: StageName): string | null {
  switch (object?.kind) {
    case 'replayRejected':
      return t[`${mood}ReplayRejected`];
    case 'retry':
      return t[`${mood}Retry`];
    case 'listEntries':
      return t[`${mood}ListEntries`](object.name);
    case 'replayDeadLetters':
      return t[`${mood}ReplayDeadLetters`](stageName(object.stage));
    case 'includePast':
      return t[`${mood}IncludePast`](object.segment);
    case 'cancelBackfill':
      return t[`${mood}CancelBackfill`](object.segment);
    case 'release':
      return t[`${mood}Release`](object.partition, stageName(object.stage));
    default:
      return null;
  }
}

function objectWords(object: AuditObject | null, { target, before, after }: AuditEntry, t: Words): string {
  switch (object?.kind) {
    case 'segment':
    case 'destination':
    case 'source':
    case 'list':
    case 'person':
    case 'secondFactor':
    case 'sessions':
      return t[`object_${object.kind}`](object.name);
    case 'query':
    case 'dashboard':
    case 'token':
      return t[`object_${object.kind}`](nameIn(after) ?? nameIn(before) ?? object.name);
    case 'password':
    case 'session':
    case 'audit':
      return t[`object_${object.kind}`];
    default:
      return target;
  }
}

/** The name that people gave to something whose path has an id. */
function nameIn(value: unknown): string | null {
  const isNamed = typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string';
  return isNamed ? (value.name as string) : null;
}

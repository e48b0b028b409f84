import { DEFAULT_RULES, type EventReceived, type Fault, identifiesSomebody } from '@hilo/schemas';
import { type FaultCode, fault } from './faults.ts';
import { DEPTH_LIMIT, isDeeperThan, isFields } from './parse-json.ts';
import { isListRecord } from './static-list.ts';
import { ID_LENGTH, isCallType, MESSAGE_ID_LENGTH, NAME_LENGTH } from './tracking-call.ts';

/** Most pairs in one merge call; identity would set more aside. */
export const MERGE_PAIRS = 100;

/** Adds the faults that the record itself shows, however it came, in the order in which to fix them. */
export function eventFaults(event: EventReceived, faults: Fault[]): void {
  checkIdentity(event, faults);
  checkText(event.user_id, 'userId', ID_LENGTH, faults);
  checkText(event.anonymous_id, 'anonymousId', ID_LENGTH, faults);
  checkText(event.group_id, 'groupId', ID_LENGTH, faults);
  checkText(event.previous_id, 'previousId', ID_LENGTH, faults);
  checkText(event.event, 'event', NAME_LENGTH, faults);
  checkText(event.name, 'name', NAME_LENGTH, faults);
  checkText(event.category, 'category', NAME_LENGTH, faults);
  checkText(event.message_id, 'messageId', MESSAGE_ID_LENGTH, faults, 'message_id_too_long');
  // Identity would find nobody; here the producer still gets to know.
  if (faults.length === 0 && !identifiesSomebody(event, DEFAULT_RULES)) faults.push(nobodyNamed(event));
}

function nobodyNamed({ type, user_id }: EventReceived): Fault {
  const field = type === 'merge' ? 'mergeProperties' : user_id ? 'userId' : 'anonymousId';
  return fault(
    'no_identifier',
    field,
    `${field} must be the id of one person or visitor. Values such as 0, null, guest and test never identify anyone.`,
  );
}

/**
 * Adds the faults that only records written straight to Kafka can have: types and times that the ingest endpoint's own
 * reading rules out, and texts that must be JSON objects.
 */
export function recordFaults(event: EventReceived, faults: Fault[]): void {
  if (!isCallType(event.type) && !isListRecord(event)) faults.push(fault('unknown_type', 'type'));
  checkJson(event.properties, 'properties', faults);
  checkJson(event.traits, 'traits', faults);
  checkJson(event.context, 'context', faults);
  checkJson(event.integrations, 'integrations', faults);
  checkJson(event.extra, 'extra', faults);
}

/** Fields that a call requires. A field of the wrong type has its own fault, and is not missing. */
function checkIdentity(event: EventReceived, faults: Fault[]): void {
  const missing = (code: FaultCode, field: string): void => {
    if (!faults.some((found) => found.field === field)) faults.push(fault(code, field));
  };
  const nobody = !event.user_id && !event.anonymous_id;
  if (event.type === 'merge') checkMerge(event.extra, missing);
  else if (
    nobody &&
    event.type !== 'alias' &&
    !isListRecord(event) &&
    !faults.some(({ field }) => field === 'userId' || field === 'anonymousId')
  )
    faults.push(fault('missing_identifier', 'userId', 'Send a userId or an anonymousId.'));
  if (event.type === 'track' && !event.event) missing('missing_event', 'event');
  if (event.type === 'group' && !event.group_id) missing('missing_group_id', 'groupId');
  if (event.type === 'alias') {
    if (!event.user_id) missing('missing_user_id', 'userId');
    if (!event.previous_id && !event.anonymous_id) missing('missing_previous_id', 'previousId');
  }
}

function checkMerge(extra: string | null, add: (code: FaultCode, field: string) => void): void {
  const properties = extra === null ? undefined : objectOf(extra)?.['mergeProperties'];
  if (Array.isArray(properties) && properties.length > MERGE_PAIRS) add('too_many_identifiers', 'mergeProperties');
  else if (!Array.isArray(properties) || properties.length === 0 || !properties.every(isMergeProperty))
    add('missing_merge_properties', 'mergeProperties');
}

function isMergeProperty(property: unknown): boolean {
  if (!isFields(property)) return false;
  return [property['type'], property['value']].every((part) => typeof part === 'string' && isPlain(part, ID_LENGTH));
}

function isPlain(text: string, length: number): boolean {
  return text !== '' && text.length <= length && !text.includes('\0') && text.isWellFormed();
}

function checkText(
  text: string | null,
  field: string,
  length: number,
  faults: Fault[],
  code: FaultCode = 'too_long',
): void {
  if (text === null) return;
  if (text.length > length) faults.push(fault(code, field, `${field} must have at most ${length} characters.`));
  else if (text.includes('\0') || !text.isWellFormed())
    faults.push(fault('invalid_characters', field, `${field} must be valid Unicode without the NUL character.`));
}

function checkJson(text: string | null, field: string, faults: Fault[]): void {
  if (text === null) return;
  if (isDeeperThan(text, DEPTH_LIMIT)) faults.push(fault('too_deep', field));
  else if (objectOf(text) === null)
    faults.push(fault('invalid_type', field, `${field} must be the JSON text of an object.`));
}

function objectOf(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : null;
  } catch {
    return null;
  }
}

import type { Fault } from '@hilo/schemas';

/** Every reason why an event is not accepted, with its meaning; docs/reasons.md lists the same. */
export const FAULTS = {
  invalid_json: 'The body is not JSON in UTF-8, or its gzip is damaged.',
  invalid_body: 'The body is JSON, but neither an event nor a batch of events.',
  body_too_large: 'The whole request is larger than its source allows.',
  event_too_large: 'One event is larger than its source allows.',
  too_deep: 'JSON is nested deeper than 100 levels.',
  unknown_type: 'The type is not track, identify, page, screen, group, alias or merge.',
  invalid_type: 'A field has the wrong JSON type.',
  invalid_characters: 'An identifier or a name holds a NUL character or half a surrogate pair.',
  too_long: 'An identifier or a name is longer than its limit.',
  message_id_too_long: 'messageId is longer than 100 characters.',
  invalid_timestamp: 'A time cannot be read, or lies outside 1901 to 2299, and the source rejects such events.',
  missing_identifier: 'The event has neither a userId nor an anonymousId.',
  no_identifier: 'Every identifier has a value that never identifies anyone.',
  missing_event: 'A track call has no event name.',
  missing_user_id: 'An alias call has no userId.',
  missing_previous_id: 'An alias call has neither a previousId nor an anonymousId.',
  missing_group_id: 'A group call has no groupId.',
  missing_merge_properties: 'A merge call has no mergeProperties of the form [{type, value}].',
  too_many_identifiers: 'A merge call names more than 100 pairs in mergeProperties.',
  unknown_source: 'No source has that key.',
  source_disabled: 'The source is disabled.',
} as const;

/** Code of a fault. */
export type FaultCode = keyof typeof FAULTS;

/** Makes a fault; `message` says what would be right and never repeats a value. */
export function fault(code: FaultCode, field: string, message: string = FAULTS[code]): Fault {
  return { code, field, message };
}

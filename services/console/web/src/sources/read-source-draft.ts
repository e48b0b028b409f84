import { LIMIT_BOUNDS, type SourceInput } from './source-api.ts';

/** A source while it is being written. */
export interface SourceDraft {
  readonly key: string;
  readonly name: string;
  readonly max_event: string;
  readonly max_batch: string;
  readonly answer: SourceInput['answer'];
  readonly unreadable_times: SourceInput['unreadable_times'];
  readonly enabled: boolean;
}

/** Parts of a draft that can be wrong. */
export type SourceField = 'key' | 'name' | 'max_event' | 'max_batch';

/** What a draft stands for, or the fields that keep it from being saved. */
export type ReadSource =
  | { readonly kind: 'input'; readonly input: SourceInput }
  | { readonly kind: 'faults'; readonly fields: ReadonlySet<SourceField> };

const KEY = /^[a-z0-9][a-z0-9_-]{0,62}$/;
const NAME_CHARACTERS = 200;

/** Whether a text can be the key of a source or of a static list. */
export function isSourceKey(text: string): boolean {
  return KEY.test(text);
}

/** Reads a draft. */
export function readSourceDraft(draft: SourceDraft): ReadSource {
  const { key, name, max_event, max_batch, answer, unreadable_times, enabled } = draft;
  const fields = new Set<SourceField>();
  if (!isSourceKey(key)) fields.add('key');
  if (name.trim() === '' || name.length > NAME_CHARACTERS) fields.add('name');
  if (!isWithin(max_event, LIMIT_BOUNDS.max_event_bytes)) fields.add('max_event');
  if (!isWithin(max_batch, LIMIT_BOUNDS.max_batch_bytes)) fields.add('max_batch');
  if (fields.size > 0) return { kind: 'faults', fields };
  const limits = { max_event_bytes: Number(max_event), max_batch_bytes: Number(max_batch) };
  return { kind: 'input', input: { name: name.trim(), ...limits, answer, unreadable_times, enabled } };
}

function isWithin(text: string, { minimum, maximum }: { readonly minimum: number; readonly maximum: number }): boolean {
  return /^\d{1,9}$/.test(text) && Number(text) >= minimum && Number(text) <= maximum;
}

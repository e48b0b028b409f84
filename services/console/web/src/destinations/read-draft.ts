import type { Destination, DestinationInput, DestinationType, Field } from './destination-api.ts';
import { settingText } from './type-words.ts';

/** A setting while it is being written: texts and numbers as they were typed, of a list one item a line. */
export type DraftValue = string | boolean;

/** A destination while it is being written. */
export interface DestinationDraft {
  /** Key of its type. */
  readonly type: string;
  readonly key: string;
  readonly name: string;
  /** By field. */
  readonly settings: Readonly<Record<string, DraftValue>>;
  readonly allSegments: boolean;
  readonly segments: readonly string[];
  readonly enabled: boolean;
  readonly backfilled: boolean;
}

/** What a draft stands for, or the fields that keep it from being saved: `key`, `name`, `segments`, `settings.url`, … */
export type ReadDestination =
  | { readonly kind: 'input'; readonly input: DestinationInput }
  | { readonly kind: 'faults'; readonly fields: ReadonlySet<string> };

const KEY = /^[a-z0-9][a-z0-9_-]{0,63}$/;
const NAME_CHARACTERS = 200;

/** The settings of a form that is opened: those that are there, or the defaults of the type. */
export function draftSettings(
  { fields }: DestinationType,
  settings: Destination['settings'],
): Readonly<Record<string, DraftValue>> {
  const entries = Object.entries(fields.properties).map(([name, field]): [string, DraftValue] => {
    const value = settings[name] ?? field.default;
    if (field.type === 'boolean') return [name, value === true];
    return [name, settingText(value)];
  });
  return Object.fromEntries(entries);
}

/**
 * Reads a draft. A secret that is left empty is not sent: the one that is there stays, or one is generated; `mayLack` says of
 * which secrets that is true.
 */
export function readDraft(
  draft: DestinationDraft,
  type: DestinationType,
  mayLack: ReadonlySet<string>,
): ReadDestination {
  const faults = new Set<string>();
  if (!KEY.test(draft.key)) faults.add('key');
  if (draft.name.trim().length > NAME_CHARACTERS) faults.add('name');
  const settings: Record<string, string | number | boolean | readonly string[]> = {};
  for (const [name, field] of Object.entries(type.fields.properties)) {
    const value = settingOf(draft.settings[name] ?? '', field);
    if (value !== undefined) settings[name] = value;
    const isAbsent = value === undefined || value === '';
    const isRequired = type.fields.required.includes(name) && !mayLack.has(name);
    if (isAbsent ? isRequired : !fits(value, field)) faults.add(`settings.${name}`);
  }
  if (!draft.allSegments && draft.segments.length === 0) faults.add('segments');
  if (faults.size > 0) return { kind: 'faults', fields: faults };
  const name = draft.name.trim() === '' ? draft.key : draft.name.trim();
  const segments = draft.allSegments ? ('all' as const) : draft.segments;
  const { enabled, backfilled } = draft;
  return { kind: 'input', input: { type: type.key, name, settings, segments, enabled, backfilled } };
}

/** Undefined: it was left empty. */
function settingOf(written: DraftValue, field: Field): string | number | boolean | readonly string[] | undefined {
  if (typeof written === 'boolean') return written;
  const text = written.trim();
  if (field.type === 'array') return linesOf(text);
  if (text === '') return undefined;
  return field.type === 'integer' || field.type === 'number' ? Number(text) : text;
}

function linesOf(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** Whether a value fits its field. The service judges again, and knows more. */
function fits(value: string | number | boolean | readonly string[], field: Field): boolean {
  if (typeof value === 'boolean') return true;
  if (typeof value === 'number') {
    const isNumber = field.type === 'integer' ? Number.isInteger(value) : Number.isFinite(value);
    return isNumber && value >= (field.minimum ?? -Infinity) && value <= (field.maximum ?? Infinity);
  }
  if (typeof value !== 'string') {
    const { pattern } = field.items ?? {};
    return value.length <= (field.maxItems ?? Infinity) && value.every((item) => matches(item, pattern));
  }
  if (field.enum !== undefined && !field.enum.includes(value)) return false;
  if (field.format === 'uri' && !URL.canParse(value)) return false;
  const isLong = value.length >= (field.minLength ?? 0) && value.length <= (field.maxLength ?? Infinity);
  return isLong && matches(value, field.pattern);
}

function matches(text: string, pattern: string | undefined): boolean {
  return pattern === undefined || new RegExp(pattern, 'u').test(text);
}

import type { DestinationInput } from './destination-api.ts';

/** A destination while it is being written. */
export interface DestinationDraft {
  readonly key: string;
  readonly name: string;
  readonly url: string;
  readonly secret: string;
  readonly all_segments: boolean;
  readonly segments: readonly string[];
  readonly enabled: boolean;
}

/** Parts of a draft that can be wrong. */
export type DestinationField = 'key' | 'name' | 'url' | 'secret' | 'segments';

/** What a draft stands for, or the fields that keep it from being saved. */
export type ReadDestination =
  | { readonly kind: 'input'; readonly input: DestinationInput }
  | { readonly kind: 'faults'; readonly fields: ReadonlySet<DestinationField> };

const KEY = /^[a-z0-9][a-z0-9_-]{0,63}$/;
const SECRET = /^[\x21-\x7e]{16,200}$/;
const NAME_CHARACTERS = 200;
const URL_CHARACTERS = 2_000;

/** Reads a draft. Without a name it is called by its key; an empty secret keeps the one there is, or has one made. */
export function readDraft({
  key,
  name,
  url,
  secret,
  all_segments,
  segments,
  enabled,
}: DestinationDraft): ReadDestination {
  const fields = new Set<DestinationField>();
  if (!KEY.test(key)) fields.add('key');
  if (name.trim().length > NAME_CHARACTERS) fields.add('name');
  if (!isWebAddress(url.trim())) fields.add('url');
  if (secret !== '' && !SECRET.test(secret)) fields.add('secret');
  if (!all_segments && segments.length === 0) fields.add('segments');
  if (fields.size > 0) return { kind: 'faults', fields };
  const named = { type: 'webhook', name: name.trim() === '' ? key : name.trim() } as const;
  const input = { ...named, url: url.trim(), segments: all_segments ? ('all' as const) : segments, enabled };
  return { kind: 'input', input: secret === '' ? input : { ...input, secret } };
}

function isWebAddress(text: string): boolean {
  if (text.length > URL_CHARACTERS || !URL.canParse(text)) return false;
  const { protocol, username, password, hash } = new URL(text);
  return (protocol === 'http:' || protocol === 'https:') && username === '' && password === '' && hash === '';
}

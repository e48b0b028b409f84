import { type Fields, isPlainText, problem, readField, readFields, refuseOthers } from '@hilo/service';
import { type AllowedNetwork, isRefusedUrl } from '../domain/webhook-address.ts';
import type { DestinationDraft } from '../ports.ts';

const FIELDS = ['name', 'type', 'url', 'secret', 'segments', 'enabled'];
const MAX_NAME_CHARACTERS = 200;
const MAX_URL_CHARACTERS = 2_000;
const MAX_SEGMENTS = 200;
const MAX_KEY_CHARACTERS = 100;

/** Keys of destinations, and what a segment's key may be at most. */
const KEY = /^[a-z0-9][a-z0-9_-]{0,63}$/;

/** Reads the key of a destination from the path. */
export function readKey(key: string): string {
  if (KEY.test(key)) return key;
  throw problem(
    400,
    'invalid_request',
    'key must be up to 64 of a–z, 0–9, - and _, and begin with a letter or digit.',
    {
      field: 'key',
    },
  );
}

/** Reads the body of a PUT; throws a problem that names the field at fault. `allowed`: what may be called inside. */
export function readDestination(key: string, body: unknown, allowed: readonly AllowedNetwork[]): DestinationDraft {
  const fields = readFields(body);
  refuseOthers(fields, FIELDS);
  readField(fields, 'type', '"webhook"', (value) => (value === 'webhook' ? value : undefined));
  return {
    key: readKey(key),
    name: readOptional(fields, 'name', `a text of 1 to ${MAX_NAME_CHARACTERS} characters`, readName) ?? null,
    url: readUrl(fields, allowed),
    secret: readOptional(fields, 'secret', 'a text of 16 to 200 characters', readSecret) ?? null,
    segments:
      readOptional(fields, 'segments', `"all" or a list of up to ${MAX_SEGMENTS} segment keys`, readSegments) ?? null,
    enabled: readOptional(fields, 'enabled', 'true or false', readBoolean) ?? true,
  };
}

function readOptional<T>(
  fields: Fields,
  name: string,
  wanted: string,
  accept: (value: unknown) => T | undefined,
): T | undefined {
  return fields[name] === undefined || fields[name] === null ? undefined : readField(fields, name, wanted, accept);
}

function readUrl(fields: Fields, allowed: readonly AllowedNetwork[]): string {
  const url = readHttpUrl(fields);
  if (!isRefusedUrl(url, allowed)) return url;
  throw problem(
    400,
    'invalid_request',
    'url must lead to a public address. This one is loopback, private, link-local or reserved. Whoever runs Hilo can ' +
      'allow a host or network inside with HILO_ACTIVATION_ALLOWED_NETWORKS.',
    { field: 'url' },
  );
}

function readName(value: unknown): string | undefined {
  const is_name = typeof value === 'string' && value.trim() !== '' && value.length <= MAX_NAME_CHARACTERS;
  return is_name && isPlainText(value) ? value : undefined;
}

function readHttpUrl(fields: Fields): string {
  const wanted = `an http or https URL of up to ${MAX_URL_CHARACTERS} characters, without user, password or fragment`;
  return readField(fields, 'url', wanted, (value) => {
    if (typeof value !== 'string' || value.length > MAX_URL_CHARACTERS || !URL.canParse(value)) return undefined;
    const { protocol, username, password, hash, href } = new URL(value);
    const is_plain = username === '' && password === '' && hash === '';
    return is_plain && (protocol === 'http:' || protocol === 'https:') ? href : undefined;
  });
}

function readSecret(value: unknown): string | undefined {
  return typeof value === 'string' && /^[\x21-\x7e]{16,200}$/.test(value) ? value : undefined;
}

function readSegments(value: unknown): readonly string[] | 'all' | undefined {
  if (value === 'all') return value;
  if (!Array.isArray(value) || value.length > MAX_SEGMENTS) return undefined;
  const keys: unknown[] = value;
  return keys.every(isSegmentKey) ? [...new Set(keys)] : undefined;
}

function isSegmentKey(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MAX_KEY_CHARACTERS && !value.includes('\u0000');
}

function readBoolean(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

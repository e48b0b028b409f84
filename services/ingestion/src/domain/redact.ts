import type { EventRejected } from '@hilo/schemas';
import type { Source } from './source.ts';

/** Stands in for a secret. */
export const REDACTED = '[redacted]';
/** Longest spelling of a key that is recognised: 200 characters, each escaped. */
const WRITTEN_BYTES = 2048;

/**
 * Redacts what must not be shown of rejected events: write keys and passwords are credentials, whoever put them there.
 */
export interface Redaction {
  /** Texts such as a messageId. */
  text(value: string, source: string): string;
  /** Bytes as they came in, of any kind. `is_cut`: more followed, so the end may be half a key. */
  original(bytes: Buffer, source: string, is_cut: boolean): Buffer;
}

/**
 * Redacts every write key of these sources, and the values of fields where SDKs put one. Finds the key of the event's
 * own source however it is written: plain, with JSON or URL escapes, in base64 alone or inside something longer. Finds
 * keys of other sources as whole words.
 */
export function redactionOf(sources: ReadonlyMap<string, Source>): Redaction {
  const keys = new Set([...sources.values()].map(({ write_key }) => write_key));
  const redact = (text: string, source: string): string => {
    const own = sources.get(source);
    return (own === undefined ? text : withoutKey(text, own.write_key))
      .replace(NAMED_KEYS, `$1${REDACTED}`)
      .replace(BASIC, (whole, name: string, credentials: string) => (isPair(credentials) ? name + REDACTED : whole))
      .replace(WORDS, (word) => (keys.has(word) ? REDACTED : word));
  };
  return {
    text: redact,
    original(bytes, source, is_cut) {
      // One character per byte, whatever the bytes are: what is not redacted stays as it came.
      const shown = Buffer.from(redact(bytes.toString('latin1'), source), 'latin1');
      return is_cut ? shown.subarray(0, Math.max(0, shown.length - WRITTEN_BYTES)) : shown;
    },
  };
}

/** The record of a rejection as everybody may see it. */
export function redactedRejection(event: EventRejected, redaction: Redaction, is_cut: boolean): EventRejected {
  const { source, message_id, type, original } = event;
  return {
    ...event,
    source: redaction.text(source, source),
    message_id: message_id === null ? null : redaction.text(message_id, source),
    type: type === null ? null : redaction.text(type, source),
    original: original === null ? null : redaction.original(original, source, is_cut),
  };
}

/**
 * The names that SDKs use for the write key, up to the value: as a field of JSON, also of JSON inside a text, or in a
 * query.
 */
const NAMED_KEYS = /(write_?key\\{0,4}["']?\s{0,4}(?::|=|%3A|%3D)\s{0,4}\\{0,4}["']?)[A-Za-z0-9._~%-]{1,1024}/gi;
const BASIC = /(\bBasic(?: |%20|\+){1,4})([A-Za-z0-9+/_=-]{8,1024})/gi;
const WORDS = /[A-Za-z0-9._~-]{8,}/g;

/** A user and a password, as in Basic authentication. */
function isPair(credentials: string): boolean {
  return Buffer.from(credentials, 'base64').includes(':');
}

interface Ways {
  /** Plain and in base64. */
  readonly plain: RegExp;
  /** Also with escapes. */
  readonly any: RegExp;
}

/** Patterns are built once per key; a source that gets another key is another entry. */
const patterns = new Map<string, Ways>();
const PATTERNS_KEPT = 1000;

/** Escapes are rare, and searching for them takes most of the time. */
function withoutKey(text: string, write_key: string): string {
  const { plain, any } = waysToWrite(write_key);
  return ESCAPES.test(text) ? text.replace(any, REDACTED) : text.replace(plain, REDACTED);
}

const ESCAPES = /u00|%[2-7]/;

function waysToWrite(write_key: string): Ways {
  let pattern = patterns.get(write_key);
  if (pattern === undefined) {
    if (patterns.size >= PATTERNS_KEPT) patterns.clear();
    const escaped = write_key.split('').map(characterPattern).join('');
    const encoded = inBase64(write_key);
    pattern = {
      plain: new RegExp([write_key.split('').map(literal).join(''), ...encoded].join('|'), 'g'),
      any: new RegExp([escaped, ...encoded].join('|'), 'g'),
    };
    patterns.set(write_key, pattern);
  }
  return pattern;
}

/** A character plain, or as an escape of JSON or of a URL, or escaped once more. */
function characterPattern(letter: string): string {
  const hex = letter.charCodeAt(0).toString(16);
  const anyCase = hex.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
  return `(?:${literal(letter)}|\\\\{1,4}u00${anyCase}|%(?:25){0,2}${anyCase})`;
}

/** The part of a text that stays the same in base64, for each of the three offsets at which it can begin. */
function inBase64(text: string): readonly string[] {
  return [0, 1, 2].map((before) => {
    const encoded = Buffer.from(`${' '.repeat(before)}${text}`)
      .toString('base64')
      .replace(/=+$/, '');
    const from = [0, 2, 3][before] as number;
    const bits = (before + text.length) * 8;
    const stable = encoded.slice(from, Math.floor(bits / 6));
    return stable
      .split('')
      .map((letter) => (letter === '+' ? '[+-]' : letter === '/' ? '[/_]' : letter))
      .join('');
  });
}

function literal(letter: string): string {
  return letter.replace(/[.\\^$*+?()[\]{}|-]/, '\\$&');
}

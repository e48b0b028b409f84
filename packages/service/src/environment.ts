import { readFileSync } from 'node:fs';
import { isLoopback } from './loopback.ts';

/** Why the environment is not valid; `message` is one line that names the variable. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
}

/** Protocols of an HTTP API. */
export const HTTP = ['http:', 'https:'] as const;

/** Text of another variable, or of the file that it names; empty if neither is set. */
export type OtherVariable = (variable: string) => string;

/**
 * One variable of the environment: its name, and how to read its text. `read` throws the reason, or an
 * `EnvironmentError` if another variable is at fault.
 */
export interface Setting<T> {
  readonly variable: string;
  /** The text to use if the variable is not set; null if it is required. */
  readonly fallback: string | null;
  read(text: string, other: OtherVariable): T;
}

/** Settings by their name in the configuration. */
export type SettingsSpec = Readonly<Record<string, Setting<unknown>>>;

/** The configuration that a spec describes. */
export type Settings<S extends SettingsSpec> = { readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : never };

/** Any text; empty only if the fallback is. */
export function text(variable: string, fallback: string | null = null): Setting<string> {
  return {
    variable,
    fallback,
    read: (value) => {
      if (value === '' && fallback !== '') throw new Error('must not be empty');
      return value;
    },
  };
}

/** A whole number from `minimum` to `maximum`. */
export function integer(
  variable: string,
  fallback: number | null = null,
  minimum = 0,
  maximum = Number.MAX_SAFE_INTEGER,
): Setting<number> {
  return {
    variable,
    fallback: fallback === null ? null : String(fallback),
    read: (value) => {
      const number = /^-?\d+$/.test(value) ? Number(value) : Number.NaN;
      if (!(number >= minimum && number <= maximum))
        throw new Error(`must be a whole number from ${minimum} to ${maximum}`);
      return number;
    },
  };
}

/** Whether every connection to and from the process must be encrypted (`HILO_TLS=required`). */
export function isTlsRequired(other: OtherVariable): boolean {
  return other('HILO_TLS') === 'required';
}

/**
 * An absolute URL, limited to `protocols` if there are any, and to https beyond this machine if TLS is required; strips a
 * trailing slash.
 */
export function url(
  variable: string,
  fallback: string | null = null,
  protocols: readonly string[] = [],
): Setting<string> {
  return {
    variable,
    fallback,
    read: (value, other) => {
      if (!URL.canParse(value)) throw new Error('must be a URL');
      const { protocol, hostname } = new URL(value);
      if (protocols.length > 0 && !protocols.includes(protocol))
        throw new Error(`must begin with ${protocols.map((one) => `${one}//`).join(' or ')}`);
      if (protocol === 'http:' && isTlsRequired(other) && !isLoopback(hostname))
        throw new Error('must begin with https:// where HILO_TLS is required');
      return value.replace(/\/$/, '');
    },
  };
}

/** A comma-separated list of addresses of an HTTP API, at least one; as `url` reads each. */
export function urls(variable: string, fallback: string | null = null): Setting<readonly string[]> {
  const [each, all] = [url(variable, null, HTTP), list(variable, fallback)];
  return { ...all, read: (value, other) => all.read(value, other).map((one) => each.read(one, other)) };
}

/** A time zone by its IANA name, as Node, browsers and ClickHouse know it. */
export function timeZoneName(variable: string, fallback: string): Setting<string> {
  return {
    variable,
    fallback,
    read: (value) => {
      const known = Intl.supportedValuesOf('timeZone').find((name) => name.toLowerCase() === value.toLowerCase());
      if (known !== undefined) return known;
      // Node also accepts offsets and other spellings; ClickHouse and browsers do not.
      if (/^[A-Z][A-Za-z_]*(\/[A-Za-z0-9_+-]+)*$/.test(value) && isZone(value)) return value;
      throw new Error('must be the IANA name of a time zone, such as Europe/Madrid, Asia/Kolkata or UTC');
    },
  };
}

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** A comma-separated list of texts, at least one. */
export function list(variable: string, fallback: string | null = null): Setting<readonly string[]> {
  return {
    variable,
    fallback,
    read: (value) => {
      const items = value
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== '');
      if (items.length === 0) throw new Error('must be a comma-separated list with at least one entry');
      return items;
    },
  };
}

/** One of a closed list of words. */
export function oneOf<const T extends string>(variable: string, words: readonly T[], fallback: T): Setting<T> {
  return {
    variable,
    fallback,
    read: (value) => {
      const word = words.find((candidate) => candidate === value);
      if (word === undefined) throw new Error(`must be one of ${words.join(', ')}`);
      return word;
    },
  };
}

/**
 * Reads a configuration. Each variable can also name a file that holds its value, as `<VARIABLE>_FILE` (for secrets).
 * Throws `EnvironmentError` with one line for each faulty variable; the message never contains values.
 */
export function readEnvironment<S extends SettingsSpec>(
  spec: S,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Settings<S> {
  const faults: string[] = [];
  const other: OtherVariable = (variable) => otherText(variable, environment);
  const entries = Object.entries(spec).map(([name, setting]) => {
    try {
      return [name, setting.read(textOf(setting, environment), other)] as const;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      faults.push(error instanceof EnvironmentError ? reason : `${setting.variable} ${reason}`);
      return [name, undefined] as const;
    }
  });
  if (faults.length > 0) throw new EnvironmentError(faults.join('\n'));
  return Object.fromEntries(entries) as Settings<S>;
}

/** Reads a configuration for a `main.ts`. If it is not valid, writes why to standard error and ends the process. */
export function readOrExit<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

function textOf(setting: Setting<unknown>, environment: Readonly<Record<string, string | undefined>>): string {
  const text = givenText(setting.variable, environment) ?? setting.fallback;
  if (text === null) throw new Error('must be set');
  return text;
}

/** Text of a variable, or of the file that it names; empty if neither is set. */
export function otherText(variable: string, environment: Readonly<Record<string, string | undefined>>): string {
  try {
    return givenText(variable, environment) ?? '';
  } catch (error) {
    throw new EnvironmentError(`${variable} ${(error as Error).message}`);
  }
}

function givenText(variable: string, environment: Readonly<Record<string, string | undefined>>): string | undefined {
  const given = environment[variable];
  const file = environment[`${variable}_FILE`];
  if (given !== undefined || file === undefined) return given;
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    throw new Error(`can't be read from the file that ${variable}_FILE names`);
  }
}

import { readFileSync } from 'node:fs';

/** Why the environment can't be used; `message` is one line that names the variable. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
}

/** One variable of the environment: its name and how its text becomes a value. `read` throws a plain reason. */
export interface Setting<T> {
  readonly variable: string;
  /** Text taken where the variable is not set; null: it must be set. */
  readonly fallback: string | null;
  read(text: string): T;
}

/** Settings by the name they get in the configuration. */
export type SettingsSpec = Readonly<Record<string, Setting<unknown>>>;

/** The configuration that a spec describes. */
export type Settings<S extends SettingsSpec> = { readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : never };

/** Any text; empty only where the fallback is. */
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

/** An absolute URL; a trailing slash is taken off. */
export function url(variable: string, fallback: string | null = null): Setting<string> {
  return {
    variable,
    fallback,
    read: (value) => {
      if (!URL.canParse(value)) throw new Error('must be a URL');
      return value.replace(/\/$/, '');
    },
  };
}

/** A comma list of texts, at least one. */
export function list(variable: string, fallback: string | null = null): Setting<readonly string[]> {
  return {
    variable,
    fallback,
    read: (value) => {
      const items = value
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== '');
      if (items.length === 0) throw new Error('must be a comma list with at least one entry');
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

/** What every service reads; spread it into a service's own spec. `port` is the default port of the service. */
export function commonSettings(port: number) {
  return {
    host: text('HILO_HOST', '127.0.0.1'),
    port: integer('HILO_PORT', port, 0, 65_535),
    instance: text('HILO_INSTANCE', '0'),
    log_level: oneOf('HILO_LOG_LEVEL', ['trace', 'debug', 'info', 'warn', 'error', 'silent'], 'info'),
    admin_token: text('HILO_ADMIN_TOKEN'),
  };
}

/** What a service with stream stages reads besides. */
export function stageSettings() {
  return {
    kafka_brokers: list('HILO_KAFKA_BROKERS', '127.0.0.1:4092'),
    registry_url: url('HILO_REGISTRY_URL', 'http://127.0.0.1:4081/apis/ccompat/v7'),
    partitions: integer('HILO_PARTITIONS', 4, 1, 10_000),
  };
}

/**
 * Reads a configuration. Each variable may also come as the path of a file that holds it, in `<VARIABLE>_FILE`
 * (secrets). Throws `EnvironmentError` with one line for each variable at fault; values are never in the message.
 */
export function readEnvironment<S extends SettingsSpec>(
  spec: S,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Settings<S> {
  const faults: string[] = [];
  const entries = Object.entries(spec).map(([name, setting]) => {
    try {
      return [name, setting.read(textOf(setting, environment))] as const;
    } catch (error) {
      faults.push(`${setting.variable} ${error instanceof Error ? error.message : String(error)}`);
      return [name, undefined] as const;
    }
  });
  if (faults.length > 0) throw new EnvironmentError(faults.join('\n'));
  return Object.fromEntries(entries) as Settings<S>;
}

/** Reads a configuration for a `main.ts`: where it can't be used, says so on standard error and ends the process. */
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
  const given = environment[setting.variable];
  if (given !== undefined) return given;
  const file = environment[`${setting.variable}_FILE`];
  if (file !== undefined) {
    try {
      return readFileSync(file, 'utf8').trim();
    } catch {
      throw new Error(`can't be read from the file that ${setting.variable}_FILE names`);
    }
  }
  if (setting.fallback === null) throw new Error('must be set');
  return setting.fallback;
}

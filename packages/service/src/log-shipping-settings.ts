import { isTlsRequired, oneOf, type Setting } from './environment.ts';
import { isLoopback } from './loopback.ts';

/** A header's name, as RFC 9110 has it. */
const NAME = /^[\w!#$%&'*+.^`|~-]+$/;
/** A header's value: visible characters of ASCII, with blanks between them. */
const VALUE = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

/** `HILO_LOG_OTLP_URL`, which must be HTTPS unless it leads to this machine, or HTTP is allowed and TLS not required everywhere. */
export function logOtlpUrl(): Setting<string | null> {
  return {
    variable: 'HILO_LOG_OTLP_URL',
    fallback: '',
    read: (value, other) => {
      if (value === '') return null;
      const address = URL.canParse(value) ? new URL(value) : null;
      if (address === null || !['http:', 'https:'].includes(address.protocol))
        throw new Error("must be the URL of an OTLP receiver's logs, such as https://logs.example.com:4318/v1/logs");
      if (address.username !== '' || address.password !== '')
        throw new Error('must have no user or password: send a header (HILO_LOG_OTLP_HEADERS_FILE)');
      const isAllowed = allowHttp.read(other(allowHttp.variable) || 'off', other) === 'on' && !isTlsRequired(other);
      if (address.protocol === 'http:' && !isAllowed && !isLoopback(address.hostname))
        throw new Error(
          'must begin with https://, unless HILO_LOG_OTLP_ALLOW_HTTP is on and HILO_TLS is not required: logs say who did what',
        );
      return value;
    },
  };
}

/** `HILO_LOG_OTLP_ALLOW_HTTP`: `on` lets logs cross a network without TLS. */
const allowHttp = oneOf('HILO_LOG_OTLP_ALLOW_HTTP', ['off', 'on'], 'off');

/** `HILO_LOG_OTLP_HEADERS`: `name=value`, one on each line or separated by commas. Never shown where it is wrong. */
export function logOtlpHeaders(): Setting<Readonly<Record<string, string>>> {
  return {
    variable: 'HILO_LOG_OTLP_HEADERS',
    fallback: '',
    read: (value) => {
      const entries = value
        .split(/[\n,]/)
        .map((entry) => entry.trim())
        .filter((entry) => entry !== '');
      return Object.fromEntries(entries.map(headerOf));
    },
  };
}

function headerOf(entry: string, index: number): readonly [string, string] {
  const at = entry.indexOf('=');
  const [name, value] = [entry.slice(0, Math.max(0, at)).trim(), entry.slice(at + 1).trim()];
  if (!NAME.test(name) || !VALUE.test(value))
    throw new Error(`must be name=value on each line, which entry ${index + 1} is not`);
  return [name.toLowerCase(), value];
}

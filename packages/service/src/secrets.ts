import { ExactNumber } from '@hilo/exact-json';
import { REDACTED, textWithoutSecrets } from './secret-text.ts';

/** Names of fields that hold secrets, in any spelling: `writeKey`, `write_key`, `clientSecret`, `apiKey`. */
const SECRET = /(secret|password|token|writekey|apikey|privatekey|authorization|credentials?)$/;

/**
 * Replaces every secret in a JSON value, also inside its texts. Keeps null and empty values, since that is worth
 * knowing. Leaves out bytes shown as base64 (`value` beside `value_encoding`), because nobody can know what they
 * contain.
 */
export function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value === 'string') return textWithoutSecrets(value);
  if (typeof value !== 'object' || value === null || value instanceof ExactNumber) return value;
  const fields = new Map(Object.entries(value));
  const isHidden = (name: string, inner: unknown) =>
    isSecret(name, inner) || (typeof inner === 'string' && fields.get(`${name}_encoding`) === 'base64');
  return Object.fromEntries(
    [...fields].map(([name, inner]) => [name, isHidden(name, inner) ? REDACTED : withoutSecrets(inner)]),
  );
}

function isSecret(name: string, value: unknown): boolean {
  if (value === null || value === '' || typeof value === 'boolean') return false;
  return SECRET.test(name.replaceAll(/[_-]/g, '').toLowerCase());
}

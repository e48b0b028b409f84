/** What stands in the place of a secret. */
export const REDACTED = '[redacted]';

/** Names of fields that hold secrets, in any spelling: `writeKey`, `write_key`, `clientSecret`, `apiKey`. */
const SECRET = /(secret|password|token|writekey|apikey|privatekey|authorization|credentials?)$/;

/** A JSON value with every secret in it replaced; what is null or empty stays, since that is worth knowing. */
export function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, isSecret(name, inner) ? REDACTED : withoutSecrets(inner)]),
  );
}

function isSecret(name: string, value: unknown): boolean {
  if (value === null || value === '' || typeof value === 'boolean') return false;
  return SECRET.test(name.replaceAll(/[_-]/g, '').toLowerCase());
}

import { isFields } from '@hilo/service';
import { emailOf, nameOf } from './person.ts';
import { type Role, ROLES } from './rights.ts';

/** Why a sign-in by OpenID Connect ended without a session. docs/reasons.md says what each means. */
export const OPENID_FAILURES = [
  'attempt_unknown',
  'provider_refused',
  'provider_unavailable',
  'answer_invalid',
  'email_missing',
  'email_unverified',
  'no_role',
  'account_disabled',
  'email_taken',
  'limit_reached',
] as const;

/** Why a sign-in by OpenID Connect ended without a session. */
export type OpenidRefusal = (typeof OPENID_FAILURES)[number] | 'too_many_attempts';

/** Gives a role to people whose claim has a value. */
export interface RoleRule {
  readonly role: Role;
  readonly value: string;
}

/** What the provider says about a person, in its ID token and its userinfo. */
export type Claims = Readonly<Record<string, unknown>>;

/** A person as the provider knows them. */
export interface OpenidIdentity {
  readonly issuer: string;
  /** The provider's id of the person. It never changes, and the provider gives it to nobody else. */
  readonly subject: string;
  /** In lower case. */
  readonly email: string;
  /** Whether the provider says that the address is the person's own; some providers say nothing about it. */
  readonly isVerified: boolean;
  readonly name: string;
  readonly role: Role;
}

const SUBJECT_CHARACTERS = 255;
const VALUES_AT_MOST = 10_000;

/**
 * Who the claims are about, with the highest role that the rules give. `roleClaim` names the claim with the person's values, a text
 * or a list of texts; if there is no claim of that name, its parts at the dots lead into objects, as in `realm_access.roles`.
 */
export function identityOf(
  claims: Claims,
  { roleClaim, roles }: { readonly roleClaim: string; readonly roles: readonly RoleRule[] },
): OpenidIdentity | OpenidRefusal {
  const { iss: issuer, sub: subject } = claims;
  if (typeof issuer !== 'string' || typeof subject !== 'string') return 'answer_invalid';
  if (subject === '' || subject.length > SUBJECT_CHARACTERS || !subject.isWellFormed()) return 'answer_invalid';
  if (/\p{Cc}/u.test(subject)) return 'answer_invalid';
  const email = emailOf(claims.email);
  if (email === undefined) return 'email_missing';
  if (isSaid(claims.email_verified, false)) return 'email_unverified';
  const role = highestRole(valuesOf(claims, roleClaim), roles);
  if (role === undefined) return 'no_role';
  const isVerified = isSaid(claims.email_verified, true);
  return { issuer, subject, email, isVerified, name: nameOf(claims.name) ?? email, role };
}

/** The rules in a text such as `admin=hilo-admins,editor=marketing`; throws what is wrong with it. */
export function roleRulesOf(text: string): readonly RoleRule[] {
  const rules = text
    .split(',')
    .map((pair) => pair.trim())
    .filter((pair) => pair !== '')
    .map((pair): RoleRule => {
      const [name = '', ...rest] = pair.split('=');
      const role = ROLES.find((one) => one === name.trim());
      const value = rest.join('=').trim();
      if (role !== undefined && value !== '') return { role, value };
      throw new Error(`must be pairs such as admin=hilo-admins,editor=marketing, with the roles ${ROLES.join(', ')}`);
    });
  if (rules.length === 0) throw new Error('must name at least one role, such as admin=hilo-admins');
  return rules;
}

/** Some providers send truth values as texts. */
function isSaid(claim: unknown, value: boolean): boolean {
  return claim === value || claim === String(value);
}

function highestRole(values: ReadonlySet<string>, rules: readonly RoleRule[]): Role | undefined {
  const given = new Set(rules.filter(({ value }) => values.has(value)).map(({ role }) => role));
  return ROLES.find((role) => given.has(role));
}

/** The texts of a claim, which is a text or a list; if there is no claim of that name, its parts at the dots lead into objects. */
export function valuesOf(claims: Claims, name: string): ReadonlySet<string> {
  const found = Object.hasOwn(claims, name) ? claims[name] : valueAt(claims, name.split('.'));
  const values: readonly unknown[] = Array.isArray(found) ? found.slice(0, VALUES_AT_MOST) : [found];
  return new Set(values.filter((value) => typeof value === 'string'));
}

function valueAt(claims: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, name) => (isFields(inner) && Object.hasOwn(inner, name) ? inner[name] : undefined),
    claims,
  );
}

import { EnvironmentError, oneOf, readEnvironment, type Setting, text } from '@hilo/service';
import type { SmtpSettings } from './adapters/smtp-mail.ts';
import { roleRulesOf, type RoleRule } from './domain/openid-identity.ts';
import { emailOf } from './domain/person.ts';
import { type ProviderFactor, providerFactorOf } from './domain/provider-factor.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The operator's settings of sign-in by OpenID Connect. */
export interface OpenidSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scopes: string;
  /** Of the provider, for people. */
  readonly name: string;
  readonly roleClaim: string;
  readonly roles: readonly RoleRule[];
  /** When a sign-in there counts as one with a second factor. */
  readonly secondFactor: ProviderFactor;
}

/** Sign-in by OpenID Connect; null if no issuer is set. Throws `EnvironmentError` that names the faulty variables. */
export function readOpenid(environment: Environment): OpenidSettings | null {
  const { issuer } = readEnvironment({ issuer: issuerAddress('HILO_OPENID_ISSUER') }, environment);
  if (issuer === '') return null;
  const settings = readEnvironment(
    {
      clientId: text('HILO_OPENID_CLIENT_ID'),
      clientSecret: text('HILO_OPENID_CLIENT_SECRET'),
      scopes: scopes('HILO_OPENID_SCOPES', 'openid email profile'),
      name: text('HILO_OPENID_NAME', 'OpenID Connect'),
      roleClaim: text('HILO_OPENID_ROLE_CLAIM', 'roles'),
      roles: roleRules('HILO_OPENID_ROLES'),
      secondFactor: providerFactor('HILO_OPENID_SECOND_FACTOR', 'never'),
    },
    environment,
  );
  return { issuer, ...settings };
}

/** The mail server; null if none is set. Throws `EnvironmentError` that names the faulty variables. */
export function readSmtp(environment: Environment): SmtpSettings | null {
  const { url } = readEnvironment({ url: smtpAddress('HILO_SMTP_URL') }, environment);
  if (url === '') return null;
  const { from, tls } = readEnvironment(
    {
      from: mailAddress('HILO_SMTP_FROM'),
      tls: oneOf('HILO_SMTP_TLS', ['required', 'off'], 'required'),
    },
    environment,
  );
  if (tls === 'off' && new URL(url).protocol === 'smtps:')
    throw new EnvironmentError('HILO_SMTP_TLS must be "required" if HILO_SMTP_URL begins with smtps://');
  return { url, from, requiresTls: tls === 'required' };
}

/** Kept as it is written: the provider's own spelling, a slash at the end included, is its name. Empty: none. */
function issuerAddress(variable: string): Setting<string> {
  return {
    variable,
    fallback: '',
    read: (value) => {
      if (value === '') return value;
      if (!URL.canParse(value)) throw new Error('must be a URL such as https://id.example.com');
      const { protocol, hostname } = new URL(value);
      if (protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))) return value;
      throw new Error('must begin with https:// (http:// is for a provider on this machine)');
    },
  };
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}

function scopes(variable: string, fallback: string): Setting<string> {
  return {
    variable,
    fallback,
    read: (value) => {
      const words = value.split(/\s+/).filter((word) => word !== '');
      if (words.includes('openid')) return words.join(' ');
      throw new Error('must be words with spaces between them, "openid" among them');
    },
  };
}

function roleRules(variable: string): Setting<readonly RoleRule[]> {
  return { variable, fallback: null, read: roleRulesOf };
}

function providerFactor(variable: string, fallback: string): Setting<ProviderFactor> {
  return { variable, fallback, read: providerFactorOf };
}

function smtpAddress(variable: string): Setting<string> {
  return {
    variable,
    fallback: '',
    read: (value) => {
      if (value === '') return value;
      if (URL.canParse(value)) {
        const { protocol, hostname } = new URL(value);
        if ((protocol === 'smtp:' || protocol === 'smtps:') && hostname !== '') return value;
      }
      throw new Error('must be an address such as smtps://user:password@mail.example.com:465');
    },
  };
}

function mailAddress(variable: string): Setting<string> {
  return {
    variable,
    fallback: null,
    read: (value) => {
      const address = emailOf(value);
      if (address !== undefined) return address;
      throw new Error('must be an address such as hilo@example.com');
    },
  };
}

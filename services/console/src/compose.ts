import type { Logger, ServiceTokens } from '@hilo/service';
import { Access } from './access.ts';
import { AccountLinks } from './account-links.ts';
import { AuditRetention } from './audit-retention.ts';
import { httpServiceChanges } from './adapters/http-service-changes.ts';
import { httpServices } from './adapters/http-services.ts';
import { OpenidProvider } from './adapters/openid-provider.ts';
import type { PageFiles } from './adapters/page-files.ts';
import { PostgresApiTokens } from './adapters/postgres-api-tokens.ts';
import { PostgresAuditLog } from './adapters/postgres-audit-log.ts';
import { PostgresOneTimeLinks } from './adapters/postgres-one-time-links.ts';
import { PostgresOpenidPeople } from './adapters/postgres-openid-people.ts';
import { PostgresExplorations } from './adapters/postgres-explorations.ts';
import type { PostgresConsole } from './adapters/postgres-console.ts';
import { PostgresDevices } from './adapters/postgres-devices.ts';
import { PostgresPeople } from './adapters/postgres-people.ts';
import { PostgresSecondFactors } from './adapters/postgres-second-factors.ts';
import { PostgresSessions } from './adapters/postgres-sessions.ts';
import type { OpenidSettings } from './config-sign-in.ts';
import { ConsoleModule } from './console.module.ts';
import type { ServiceName } from './domain/rights.ts';
import type { SessionLifetimes } from './domain/session.ts';
import { forwarder } from './forward.ts';
import { HttpAccess } from './http/http-access.ts';
import { noteRefusals } from './http/note-refusals.ts';
import { PersonTurns } from './http/person-turns.ts';
import { securityHeaders } from './http/security-headers.ts';
import { KnownDevices } from './known-devices.ts';
import type { LiveOperations } from './live-operations.ts';
import type { LiveOverview } from './live-overview.ts';
import type { ConsoleMetrics } from './metrics.ts';
import { OpenidSignIn, type OpenidSignInDependencies } from './openid-sign-in.ts';
import type { OutgoingMail } from './outgoing-mail.ts';
import { PasswordCheck } from './password-check.ts';
import type { Passwords } from './ports.ts';
import { answerMalformed, prepareHttp } from './prepare-http.ts';
import type { Sealing } from './second-factor-ports.ts';
import { SecondFactors } from './second-factors.ts';
import { SecurityTrail } from './security-trail.ts';
import { ServiceChanges } from './service-changes.ts';
import { SignIn } from './sign-in.ts';
import type { WebhookReceiver } from './webhook-receiver.ts';

/** The settings of one console. */
export interface ComposeOptions {
  /** Null: there is none. */
  readonly adminToken: string | null;
  /** The console's key, from which others derive. */
  readonly key: string;
  /** For calls to services. */
  readonly tokens: ServiceTokens;
  /** Address under which people reach the console. */
  readonly consoleUrl: string;
  /** IANA name of the workspace's time zone. */
  readonly time_zone: string;
  /** Address under which SDKs reach the tracking API; null: not known. */
  readonly tracking_url: string | null;
  /** Addresses of the instances of each service. */
  readonly services: Readonly<Record<ServiceName, readonly string[]>>;
  readonly database: PostgresConsole;
  readonly passwords: Passwords;
  readonly sealing: Sealing;
  /** Days that an entry of the audit log stays. */
  readonly auditDays: number;
  readonly lifetimes: SessionLifetimes;
  /** Nobody goes on without a second factor: Hilo's, or the one of the identity provider. */
  readonly requiresSecondFactor: boolean;
  /** Null: sign-in by OpenID Connect is not set up. */
  readonly openid: OpenidSettings | null;
  readonly mail: OutgoingMail;
  readonly overview: LiveOverview;
  readonly operations: LiveOperations;
  readonly receiver: WebhookReceiver;
  readonly pages: PageFiles;
  readonly metrics: ConsoleMetrics;
  readonly logger: Logger;
  readonly nowMs: () => number;
  readonly monotonicMs: () => number;
}

/**
 * Assembles the console: its module, its server's options, the people store for the first admin, the readers of services
 * and the trail of what people tried.
 */
export function compose(options: ComposeOptions) {
  const {
    adminToken,
    key,
    tokens,
    consoleUrl,
    time_zone,
    tracking_url,
    services,
    database,
    passwords,
    sealing,
    auditDays,
    lifetimes,
    requiresSecondFactor,
    mail,
    overview,
    operations,
    receiver,
    pages,
    metrics,
    logger,
    nowMs,
    monotonicMs,
  } = options;
  const people = new PostgresPeople(database);
  const sessions = new PostgresSessions(database, lifetimes);
  const apiTokens = new PostgresApiTokens(database);
  const audit = new PostgresAuditLog(database);
  const trail = new SecurityTrail({ audit, people, metrics, nowMs, logger });
  const explorations = new PostgresExplorations(database);
  const turns = new PersonTurns();
  const isHttps = consoleUrl.startsWith('https:');
  const headers = securityHeaders(isHttps);
  const known = new Access({ sessions, apiTokens, adminToken, requiresSecondFactor, nowMs });
  const access = new HttpAccess(known, turns, key, isHttps);
  const devices = new KnownDevices(new PostgresDevices(database), nowMs);
  const secondFactors = new SecondFactors({ store: new PostgresSecondFactors(database), sealing, nowMs });
  const check = new PasswordCheck({ people, passwords, devices, monotonicMs });
  const signIn = new SignIn({
    ...{ people, sessions, passwords, check, devices, secondFactors, trail },
    nowMs,
    monotonicMs,
  });
  const openid = openidSignIn(options, { signIn, sessions, trail });
  const links = new AccountLinks({
    ...{ people, links: new PostgresOneTimeLinks(database), signIn, passwords, mail },
    ...{ consoleUrl, nowMs, monotonicMs },
  });
  const call = httpServices(services);
  const serviceChanges = new ServiceChanges({ read: httpServiceChanges(call, tokens), audit });
  const forward = forwarder({ call, audit, tokens, nowMs });
  const closing = new AbortController();
  const auditRetention = new AuditRetention({ audit, days: auditDays, nowMs, logger });
  return {
    people,
    auditRetention,
    serviceChanges,
    trail,
    module: ConsoleModule.of({
      overview,
      operations,
      receiver,
      consoleUrl,
      time_zone,
      tracking_url,
      closing: closing.signal,
      access,
      signIn,
      secondFactors,
      lifetimes,
      requiresSecondFactor,
      openid,
      links,
      people,
      sessions,
      apiTokens,
      audit,
      trail,
      serviceChanges,
      explorations,
      passwords,
      forward,
      pages,
    }),
    prepare: prepareHttp(closing, turns, headers),
    malformed: answerMalformed(headers),
    refused: noteRefusals(access, trail),
  };
}

function openidSignIn(
  options: ComposeOptions,
  dependencies: Pick<OpenidSignInDependencies, 'signIn' | 'sessions' | 'trail'>,
): OpenidSignIn | null {
  const { openid, key, consoleUrl, database, logger, nowMs, monotonicMs } = options;
  if (openid === null) return null;
  const settings = {
    ...openid,
    wantedClaims: ['email', 'email_verified', openid.roleClaim],
    redirectUrl: `${consoleUrl}/api/session/openid/callback`,
  };
  const report = (reason: object) => logger.warn(reason, 'The OpenID Connect provider gave no answer that can be used');
  const provider = new OpenidProvider(settings, { nowMs, report });
  const people = new PostgresOpenidPeople(database);
  return new OpenidSignIn({ ...dependencies, rules: openid, provider, people, key, nowMs, monotonicMs });
}

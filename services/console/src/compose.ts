import type { Logger } from '@hilo/service';
import { Access } from './access.ts';
import { httpServiceChanges } from './adapters/http-service-changes.ts';
import { httpServices } from './adapters/http-services.ts';
import type { PageFiles } from './adapters/page-files.ts';
import { PostgresApiTokens } from './adapters/postgres-api-tokens.ts';
import { PostgresAuditLog } from './adapters/postgres-audit-log.ts';
import { PostgresExplorations } from './adapters/postgres-explorations.ts';
import type { PostgresConsole } from './adapters/postgres-console.ts';
import { PostgresDevices } from './adapters/postgres-devices.ts';
import { PostgresPeople } from './adapters/postgres-people.ts';
import { PostgresSecondFactors } from './adapters/postgres-second-factors.ts';
import { PostgresSessions } from './adapters/postgres-sessions.ts';
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
import { PasswordCheck } from './password-check.ts';
import type { Passwords, Sealing } from './ports.ts';
import { answerMalformed, prepareHttp } from './prepare-http.ts';
import { SecondFactors } from './second-factors.ts';
import { SecurityTrail } from './security-trail.ts';
import { ServiceChanges } from './service-changes.ts';
import { SignIn } from './sign-in.ts';
import type { WebhookReceiver } from './webhook-receiver.ts';

/** The settings of one console. */
export interface ComposeOptions {
  readonly adminToken: string;
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
  readonly lifetimes: SessionLifetimes;
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
    consoleUrl,
    time_zone,
    tracking_url,
    services,
    database,
    passwords,
    sealing,
    lifetimes,
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
  const trail = new SecurityTrail({ audit, metrics, nowMs, logger });
  const explorations = new PostgresExplorations(database);
  const turns = new PersonTurns();
  const isHttps = consoleUrl.startsWith('https:');
  const headers = securityHeaders(isHttps);
  const access = new HttpAccess(new Access({ sessions, apiTokens, adminToken, nowMs }), turns, adminToken, isHttps);
  const devices = new KnownDevices(new PostgresDevices(database), nowMs);
  const secondFactors = new SecondFactors({ store: new PostgresSecondFactors(database), sealing, nowMs });
  const check = new PasswordCheck({ people, passwords, devices, monotonicMs });
  const signIn = new SignIn({
    ...{ people, sessions, passwords, check, devices, secondFactors, trail },
    nowMs,
    monotonicMs,
  });
  const call = httpServices(services);
  const serviceChanges = new ServiceChanges({ read: httpServiceChanges(call, adminToken), audit });
  const forward = forwarder({ call, audit, adminToken, nowMs });
  const closing = new AbortController();
  return {
    people,
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

import { providersOf } from '@hilo/service';
import { type DynamicModule, Module } from '@nestjs/common';
import type { AccountLinks } from './account-links.ts';
import type { PageFiles } from './adapters/page-files.ts';
import type { SessionLifetimes } from './domain/session.ts';
import type { Forward } from './forward.ts';
import { AuditController } from './http/audit-controller.ts';
import { ExplorationsController } from './http/explorations-controller.ts';
import { ForwardController } from './http/forward-controller.ts';
import type { HttpAccess } from './http/http-access.ts';
import { LinksController } from './http/links-controller.ts';
import { LiveController } from './http/live-controller.ts';
import { OpenidController } from './http/openid-controller.ts';
import { PageController } from './http/page-controller.ts';
import { SecondFactorController } from './http/second-factor-controller.ts';
import { SessionController } from './http/session-controller.ts';
import { SessionsController } from './http/sessions-controller.ts';
import { TokensController } from './http/tokens-controller.ts';
import { UsersController } from './http/users-controller.ts';
import { WebhookController } from './http/webhook-controller.ts';
import type { LiveOperations } from './live-operations.ts';
import type { LiveOverview } from './live-overview.ts';
import type { ExplorationStore } from './exploration-store.ts';
import type { OpenidSignIn } from './openid-sign-in.ts';
import {
  type ApiTokenStore,
  type AuditLog,
  type Passwords,
  type PeopleStore,
  type SessionStore,
  TOKENS,
} from './ports.ts';
import type { SecurityTrail } from './security-trail.ts';
import type { ServiceChanges } from './service-changes.ts';
import type { SecondFactors } from './second-factors.ts';
import type { SignIn } from './sign-in.ts';
import type { WebhookReceiver } from './webhook-receiver.ts';

/** Dependencies of the console's controllers. */
export interface ConsoleDependencies {
  readonly overview: LiveOverview;
  readonly operations: LiveOperations;
  readonly receiver: WebhookReceiver;
  readonly consoleUrl: string;
  /** IANA name of the workspace's time zone. */
  readonly time_zone: string;
  /** Address under which SDKs reach the tracking API; null: not known. */
  readonly tracking_url: string | null;
  /** Aborts when the server is about to close. */
  readonly closing: AbortSignal;
  readonly access: HttpAccess;
  readonly signIn: SignIn;
  readonly secondFactors: SecondFactors;
  readonly lifetimes: SessionLifetimes;
  readonly requiresSecondFactor: boolean;
  /** Null: sign-in by OpenID Connect is not set up. */
  readonly openid: OpenidSignIn | null;
  readonly links: AccountLinks;
  readonly people: PeopleStore;
  readonly sessions: SessionStore;
  readonly apiTokens: ApiTokenStore;
  readonly audit: AuditLog;
  readonly trail: SecurityTrail;
  readonly serviceChanges: ServiceChanges;
  readonly explorations: ExplorationStore;
  readonly passwords: Passwords;
  readonly forward: Forward;
  readonly pages: PageFiles;
}

/** Wires the console. */
@Module({})
export class ConsoleModule {
  static of(dependencies: ConsoleDependencies): DynamicModule {
    return {
      module: ConsoleModule,
      controllers: [
        SessionController,
        SecondFactorController,
        SessionsController,
        OpenidController,
        LinksController,
        UsersController,
        TokensController,
        AuditController,
        ExplorationsController,
        LiveController,
        ForwardController,
        PageController,
        WebhookController,
      ],
      providers: providersOf(TOKENS, dependencies),
    };
  }
}

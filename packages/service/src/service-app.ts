import 'reflect-metadata';
import type { DynamicModule, Type } from '@nestjs/common';
import { ModulesContainer, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { answerClientError, sendAnswerHeaders } from './answer-headers.ts';
import { BearerGuard } from './bearer-guard.ts';
import { Callers } from './callers.ts';
import type { ChangeLog } from './change-log.ts';
import { ChangesModule, withChanges } from './changes-controller.ts';
import { type HttpLimits, HTTP_LIMITS, serverOptions } from './http-limits.ts';
import { type Logger, nestLogger } from './logger.ts';
import { type OpenApiDocument, type RouteName, documentedRoutes, routeName } from './open-api.ts';
import { operationsServer, serveHealth } from './operations.ts';
import type { KeyPair } from './pem.ts';
import { PlainTextInterceptor } from './plain-text.ts';
import {
  type AnswerMalformed,
  answerFrameworkErrors,
  malformedProblem,
  refuseMalformedQueries,
} from './malformed-address.ts';
import { type OnRefusal, ProblemFilter } from './problem.ts';
import { readJsonBodies } from './read-bodies.ts';
import { RefusalLog } from './refusal-log.ts';
import type { CallerKey } from './service-keys.ts';
import { unmarkedChanges } from './record-changes.ts';
import { unusedConnections } from './unused-connections.ts';

/** What a service's HTTP server needs. */
export interface ServiceAppOptions {
  readonly name: string;
  /** The service's Nest module: its controllers and providers. */
  readonly module: Type | DynamicModule;
  /** Bearer token for every route that is not `@Public()`; null: there is none. */
  readonly adminToken: string | null;
  /** Public keys of the services that may call this one; none by default. */
  readonly callerKeys?: readonly CallerKey[];
  readonly openapi: OpenApiDocument;
  readonly logger: Logger;
  /** Absent or null: it answers HTTP, not HTTPS. */
  readonly tls?: KeyPair | null;
  /** Where changes and refused requests are recorded; required if a handler is `@Recorded()`. */
  readonly changes?: ChangeLog;
  /** Answer of `GET /health/ready`. */
  readonly ready: () => boolean;
  /**
   * Called before any route exists, for content-type parsers, hooks and plain fastify routes. Without it, bodies are
   * JSON only, up to `http.bodyBytes`, with long numbers as `ExactNumber`s. To get raw bytes, call
   * `instance.removeAllContentTypeParsers()`, then `instance.addContentTypeParser('*', { parseAs: 'buffer' },
   * (_request, body, done) => done(null, body))`.
   */
  readonly prepare?: (instance: FastifyInstance) => void;
  readonly http?: Partial<HttpLimits>;
  /** Answers an address that cannot be decoded; by default with a problem. */
  readonly malformed?: AnswerMalformed;
  /** Hears of each request that is answered with 401 or 403, instead of the log of `changes`. */
  readonly refused?: OnRefusal;
  /** Paths that accept any query; none by default. */
  readonly lenient?: (path: string) => boolean;
}

/** A service's HTTP server, ready to listen or to inject requests into (`instance.inject`). */
export interface ServiceApp {
  readonly nest: NestFastifyApplication;
  readonly instance: FastifyInstance;
  /** The server for those who run the service, on a port of its own. */
  readonly operations: FastifyInstance;
  /** Differences between the served routes and the OpenAPI document; empty if they agree. */
  routeDifferences(): readonly string[];
}

/** Builds the application without listening; tests use it with `instance.inject`. */
export async function createServiceApp(options: ServiceAppOptions): Promise<ServiceApp> {
  const limits = { ...HTTP_LIMITS, ...options.http };
  const { malformed = malformedProblem, lenient = () => false, tls = null } = options;
  const adapter = new FastifyAdapter({
    ...serverOptions(limits, tls),
    frameworkErrors: answerFrameworkErrors(malformed),
    clientErrorHandler: answerClientError,
  });
  const instance = adapter.getInstance() as unknown as FastifyInstance;
  instance.server.headersTimeout = limits.headersTimeoutMs;
  const endUnused = unusedConnections(instance.server);
  instance.addHook('preClose', (done) => {
    endUnused();
    done();
  });
  sendAnswerHeaders(instance);
  const served: RouteName[] = [];
  serveHealth(instance, options.ready);
  const { name, ready, changes, logger, refused } = options;
  const refusals = changes === undefined ? null : new RefusalLog(changes, logger);
  const callers = new Callers({ service: name, adminToken: options.adminToken, keys: options.callerKeys ?? [] });
  const openapi = changes === undefined ? options.openapi : withChanges(options.openapi);
  instance.addHook('onClose', async () => refusals?.stop());
  instance.addHook('onRoute', (route) => {
    for (const method of [route.method].flat())
      if (method !== 'HEAD' && method !== 'OPTIONS') served.push(routeName(method, route.url));
  });
  readJsonBodies(instance);
  options.prepare?.(instance);
  refuseMalformedQueries(instance, malformed, lenient);
  const log = changes === undefined || refusals === null ? [] : [ChangesModule.of(changes, refusals)];
  const imports = [CallersModule.of(callers), ...log, options.module];
  const nest = await NestFactory.create<NestFastifyApplication>({ module: WholeModule, imports }, adapter, {
    bodyParser: false,
    abortOnError: false,
    logger: nestLogger(options.logger),
  });
  nest.useGlobalFilters(new ProblemFilter(logger, refused ?? refusals?.note));
  nest.useGlobalGuards(new BearerGuard(callers));
  nest.useGlobalInterceptors(new PlainTextInterceptor());
  refuseUnmarked(nest);
  await nest.init();
  await instance.ready();
  const operations = await operationsServer({ name, openapi, ready, tls });
  return { nest, instance, operations, routeDifferences: () => differences(served, documentedRoutes(openapi)) };
}

/** The service's module, and what every service has. */
class WholeModule {}

/** Binds what identifies callers, for a guard of the service's own. */
class CallersModule {
  static of(callers: Callers): DynamicModule {
    const providers = [{ provide: Callers, useValue: callers }];
    return { module: CallersModule, global: true, providers, exports: [Callers] };
  }
}

/** Without this check, an oversight could allow a change that nobody can look up later. */
function refuseUnmarked(nest: NestFastifyApplication): void {
  const modules = [...nest.get(ModulesContainer).values()];
  const controllers = modules.flatMap(({ controllers }) => [...controllers.values()].map(({ metatype }) => metatype));
  const unmarked = unmarkedChanges(controllers as readonly Type[]);
  if (unmarked.length > 0) throw new Error(`${unmarked.join(', ')}: mark each with @Recorded() or @ChangesNothing()`);
}

function differences(served: readonly RouteName[], documented: readonly RouteName[]): readonly string[] {
  return [
    ...served.filter((route) => !documented.includes(route)).map((route) => `${route} is served but not documented`),
    ...documented.filter((route) => !served.includes(route)).map((route) => `${route} is documented but not served`),
  ];
}

import { openApiOf, openPool, openService, openTracing, PostgresChanges, runService } from '@hilo/service';
import { connectStage } from '@hilo/streaming';
import { PostgresIdentityReader } from './adapters/postgres-identity-reader.ts';
import { readConfig } from './config.ts';
import { contract } from './http/contract.ts';
import { IdentityModule } from './identity.module.ts';
import { identityMetrics } from './metrics.ts';
import { identityStage } from './stage.ts';

const { config, ...service } = openService('identity', readConfig);
const { logger } = service;
const tracing = await openTracing({ service: 'identity', instance: config.instance, logger });
const { tracer } = tracing;
const pool = openPool({ ...config, schema: 'identity', logger });
const stage = connectStage(identityStage({ metrics: identityMetrics() }), { ...config, logger, tracer });

await runService({
  ...service,
  module: IdentityModule.of({ reader: new PostgresIdentityReader(pool) }),
  openapi: openApiOf(contract),
  changes: new PostgresChanges(pool, service),
  stages: { tracing, database: { stop: () => pool.end() }, identity: stage },
});

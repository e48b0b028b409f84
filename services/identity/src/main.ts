import { createLogger, openApiOf, openTracing, readOrExit, runService } from '@hilo/service';
import { connectStage } from '@hilo/streaming';
import { PostgresIdentityReader } from './adapters/postgres-identity-reader.ts';
import { readConfig } from './config.ts';
import { contract } from './http/contract.ts';
import { IdentityModule } from './identity.module.ts';
import { countDecisions } from './metrics.ts';
import { identify } from './processors/identify.ts';
import { TOPOLOGY } from './topology.ts';

const config = readOrExit(readConfig);
const logger = createLogger({ name: 'identity', level: config.log_level });
const tracing = await openTracing({ service: 'identity', instance: config.instance, logger });
const { tracer } = tracing;
const stage = connectStage({ ...config, topology: TOPOLOGY, logic: identify(countDecisions()), logger, tracer });

await runService({
  name: 'identity',
  module: IdentityModule.of(new PostgresIdentityReader(config.postgres_url)),
  host: config.host,
  port: config.port,
  admin_token: config.admin_token,
  openapi: openApiOf(contract),
  logger,
  stages: { tracing, identity: stage },
});

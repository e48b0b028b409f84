import {
  openApiOf,
  openPool,
  openService,
  openTracing,
  PostgresChanges,
  runService,
  SignedTokens,
} from '@hilo/service';
import { connectStage } from '@hilo/streaming';
import { httpEventHistory } from './adapters/http-event-history.ts';
import { PostgresProfileReader } from './adapters/postgres-profile-reader.ts';
import { readConfig } from './config.ts';
import { malformedAddress } from './http/api-error.ts';
import { contract } from './http/contract.ts';
import { nameRequests } from './http/request-id.ts';
import { ProfileModule } from './profile.module.ts';
import { profileStage } from './stage.ts';

const { config, ...service } = openService('profile', readConfig);
const { logger } = service;
const tracing = await openTracing({ service: 'profile', instance: config.instance, logger });
const { tracer } = tracing;
const [historyUrl = ''] = config.historyUrls;
const pool = openPool({ ...config, schema: 'profile', logger, max_connections: 8 });
const stage = connectStage(profileStage(), { ...config, logger, tracer });

await runService({
  ...service,
  module: ProfileModule.of({
    reader: new PostgresProfileReader(pool),
    history: httpEventHistory(historyUrl, new SignedTokens('profile', config.serviceKey)),
    identifiersInUrls: config.identifiersInUrls,
    logger,
  }),
  openapi: openApiOf(contract),
  changes: new PostgresChanges(pool, service),
  stages: { tracing, database: { stop: () => pool.end() }, profile: stage },
  prepare: nameRequests,
  malformed: malformedAddress,
});

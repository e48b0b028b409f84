import { createLogger, openTracing, readOrExit, runService } from '@hilo/service';
import { connectStage } from '@hilo/streaming';
import { httpEventHistory } from './adapters/http-event-history.ts';
import { PostgresProfileReader } from './adapters/postgres-profile-reader.ts';
import { readConfig } from './config.ts';
import { malformedAddress } from './http/api-error.ts';
import { openapi } from './http/openapi.ts';
import { nameRequests } from './http/request-id.ts';
import { KEEP_PROFILE } from './processors/keep-profile.ts';
import { ProfileModule } from './profile.module.ts';
import { TOPOLOGY } from './topology.ts';

const config = readOrExit(readConfig);
const logger = createLogger({ name: 'profile', level: config.log_level });
const tracing = await openTracing({ service: 'profile', instance: config.instance, logger });
const [history_url = ''] = config.history_urls;
// Most events change no profile: reading a few more of them at once costs 30 ms and saves most of the fetches.
const fetch = { rest_ms: 30 };
const { tracer } = tracing;
const stage = connectStage({ ...config, topology: TOPOLOGY, logic: KEEP_PROFILE, logger, tracer, fetch });

await runService({
  name: 'profile',
  module: ProfileModule.of({
    reader: new PostgresProfileReader(config.postgres_url),
    history: httpEventHistory(history_url, config.admin_token),
    admin_token: config.admin_token,
    logger,
  }),
  host: config.host,
  port: config.port,
  admin_token: config.admin_token,
  openapi,
  logger,
  stages: { tracing, profile: stage },
  prepare: nameRequests,
  malformed: malformedAddress,
});

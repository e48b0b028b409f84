import { createLogger, readOrExit, runService } from '@hilo/service';
import { httpInstances } from './adapters/http-instances.ts';
import { httpSegments } from './adapters/http-segments.ts';
import { readPageFiles } from './adapters/page-files.ts';
import { WATCHED, readConfig } from './config.ts';
import { ConsoleModule } from './console.module.ts';
import { openapi } from './http/openapi.ts';
import { LiveOverview } from './live-overview.ts';
import { prepareHttp } from './prepare-http.ts';
import { WebhookReceiver } from './webhook-receiver.ts';

const config = readOrExit(readConfig);
const logger = createLogger({ name: 'console', level: config.log_level });
const receiver = new WebhookReceiver(config.admin_token, Date.now);
const closing = new AbortController();
const overview = new LiveOverview({
  readInstances: httpInstances(Object.fromEntries(WATCHED.map((service) => [service, config[service]])), () =>
    performance.now(),
  ),
  readSegments: httpSegments(config.segmentation[0] as string, config.admin_token),
  receiver,
  clock: { now_ms: Date.now },
});

await runService({
  name: 'console',
  module: ConsoleModule.of({
    overview,
    receiver,
    page: readPageFiles(),
    console_url: config.console_url,
    closing: closing.signal,
  }),
  host: config.host,
  port: config.port,
  admin_token: config.admin_token,
  openapi,
  logger,
  stages: { overview },
  prepare: prepareHttp(closing),
});

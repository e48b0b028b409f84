import { openApiOf, openPool, openService, runService } from '@hilo/service';
import { httpInstances, ownUrl } from './adapters/http-instances.ts';
import { httpSegments } from './adapters/http-segments.ts';
import { INDEX, PAGES_FOLDER, readPageFiles } from './adapters/page-files.ts';
import { PostgresConsole } from './adapters/postgres-console.ts';
import { ScryptPasswords } from './adapters/scrypt-passwords.ts';
import { compose } from './compose.ts';
import { readConfig } from './config.ts';
import { FirstAdmin } from './first-admin.ts';
import { contract } from './http/contract.ts';
import { liveOperations } from './live-operations.ts';
import { liveOverview } from './live-overview.ts';
import { RecentRounds } from './recent-rounds.ts';
import { WebhookReceiver } from './webhook-receiver.ts';

const { config, ...service } = openService('console', readConfig);
const { admin_token, console_url, time_zone, tracking_url, services } = config;
const { logger } = service;
const now_ms = Date.now;

const pool = openPool({ ...config, schema: 'console', logger });
const database = new PostgresConsole(pool);
const passwords = new ScryptPasswords();
const receiver = new WebhookReceiver(admin_token, now_ms);
const rounds = new RecentRounds(
  httpInstances({ ...services, console: [ownUrl(config)] }, () => performance.now()),
  { now_ms },
);
const overview = liveOverview({
  rounds,
  readSegments: httpSegments(services.segmentation[0] as string, admin_token),
  receiver,
  clock: { now_ms },
});
const operations = liveOperations(rounds, { now_ms });
const pages = readPageFiles(PAGES_FOLDER);
if (!pages.has(INDEX)) logger.warn('The pages are not built: npm run build makes them');
const { module, prepare, malformed, people, service_changes } = compose({
  ...{
    admin_token,
    console_url,
    time_zone,
    tracking_url,
    services,
    database,
    passwords,
    overview,
    operations,
    receiver,
    pages,
    now_ms,
    monotonic_ms: () => performance.now(),
  },
});
const first_admin = new FirstAdmin({
  people,
  passwords,
  password: config.first_password,
  tell: (line) => process.stdout.write(`${line}\n`),
  now_ms,
});

await runService({
  ...service,
  module,
  openapi: openApiOf(contract),
  stages: {
    database: { stop: () => pool.end() },
    first_admin,
    overview,
    operations,
    service_changes,
  },
  prepare,
  malformed,
  http: { trusted_proxies: config.trusted_proxies },
});

import { openApiOf, openPool, openService, runService, SignedTokens } from '@hilo/service';
import { httpInstances, ownUrl } from './adapters/http-instances.ts';
import { httpSegments } from './adapters/http-segments.ts';
import { INDEX, PAGES_FOLDER, readPageFiles } from './adapters/page-files.ts';
import { PostgresConsole } from './adapters/postgres-console.ts';
import { ScryptPasswords } from './adapters/scrypt-passwords.ts';
import { SealedSecrets } from './adapters/sealed-secrets.ts';
import { smtpMail } from './adapters/smtp-mail.ts';
import { compose } from './compose.ts';
import { readConfig } from './config.ts';
import { FirstAdmin } from './first-admin.ts';
import { contract } from './http/contract.ts';
import { liveOperations } from './live-operations.ts';
import { liveOverview } from './live-overview.ts';
import { consoleMetrics } from './metrics.ts';
import { OutgoingMail } from './outgoing-mail.ts';
import { RecentRounds } from './recent-rounds.ts';
import { WebhookReceiver } from './webhook-receiver.ts';

const { config, ...service } = openService('console', readConfig);
const { key, smtp, services, operationsUrls } = config;
const { logger } = service;
const nowMs = Date.now;
const tokens = new SignedTokens('console', config.serviceKey);

const pool = openPool({ ...config, schema: 'console', logger });
const database = new PostgresConsole(pool, service.trail);
const passwords = new ScryptPasswords();
const mail = new OutgoingMail(smtp === null ? null : smtpMail(smtp), logger);
const receiver = new WebhookReceiver(key, nowMs);
const rounds = new RecentRounds(
  httpInstances({ ...operationsUrls, console: [ownUrl(service.operations, service.tls !== null)] }, () =>
    performance.now(),
  ),
  { nowMs },
);
const overview = liveOverview({
  rounds,
  readSegments: httpSegments(services.segmentation[0] as string, tokens),
  receiver,
  clock: { nowMs },
});
const operations = liveOperations(rounds, { nowMs });
const pages = readPageFiles(PAGES_FOLDER);
if (!pages.has(INDEX)) logger.warn('The pages are not built: npm run build makes them');
const { module, prepare, malformed, refused, people, auditRetention, serviceChanges, trail } = compose({
  ...config,
  tokens,
  database,
  passwords,
  sealing: new SealedSecrets(key, config.earlierKeys),
  mail,
  overview,
  operations,
  receiver,
  pages,
  metrics: consoleMetrics(),
  logger,
  nowMs,
  monotonicMs: () => performance.now(),
});
const firstAdmin = new FirstAdmin({
  people,
  passwords,
  password: config.firstPassword,
  print: (line) => process.stdout.write(`${line}\n`),
  nowMs,
});

await runService({
  ...service,
  module,
  openapi: openApiOf(contract),
  stages: {
    database: { stop: () => pool.end() },
    firstAdmin,
    overview,
    operations,
    serviceChanges,
    auditRetention,
    trail,
    mail,
  },
  prepare,
  malformed,
  refused,
  http: { trustedProxies: config.trustedProxies },
});

import { otherText, readOrExit, type Settings } from './environment.ts';
import { LogShipper, shippingMetrics } from './log-shipper.ts';
import { createLogger } from './logger.ts';
import type { TrailEntry } from './otlp-logs.ts';
import { trialSecretsIn } from './secret-strength.ts';
import type { commonSettings } from './service-settings.ts';
import { entryOfChange, type RecordedHere } from './trail-entry.ts';

/** What every service begins with, read from its environment: where that can't be used, the process ends. */
export function openService<C extends Settings<ReturnType<typeof commonSettings>>>(name: string, readConfig: () => C) {
  const config = readOrExit(readConfig);
  const { host, port, operationsHost, operationsPort, adminToken, callerKeys, tls, instance, logLevel } = config;
  const operations = { host: operationsHost, port: operationsPort };
  const resource = { 'service.name': `hilo-${name}`, 'service.instance.id': instance };
  const changed = (state: 'lost' | 'found', reason: string): void => {
    if (state === 'found') logger.info('The log is sent to the receiver again');
    else logger.warn({ reason }, 'The log cannot be sent to the receiver; it stays on standard output');
  };
  const { logOtlpUrl: url, logOtlpHeaders: headers } = config;
  shippingMetrics();
  const shipper = url === null ? undefined : new LogShipper({ url, headers, resource, changed });
  const logger = createLogger({ name, level: logLevel, also: shipper && ((line) => shipper.line(line)) });
  const variables = trialSecretsIn((variable) => otherText(variable, process.env));
  if (variables.length > 0)
    logger.warn({ variables }, 'Secrets for trying Hilo out are in use: everybody knows them, so let nobody reach it');
  // What is recorded goes to where the log goes; both are absent where it goes nowhere.
  const trail = shipper && ((entry: TrailEntry) => shipper.entry(entry));
  const recorded = shipper && ((change: RecordedHere) => shipper.entry(entryOfChange(name, change)));
  return { config, name, host, port, operations, adminToken, callerKeys, tls, logger, shipper, trail, recorded };
}

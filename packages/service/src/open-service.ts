import { otherText, readOrExit, type Settings } from './environment.ts';
import { createLogger } from './logger.ts';
import { trialSecretsIn } from './secret-strength.ts';
import type { commonSettings } from './service-settings.ts';

/** What every service begins with, read from its environment: where that can't be used, the process ends. */
export function openService<C extends Settings<ReturnType<typeof commonSettings>>>(name: string, readConfig: () => C) {
  const config = readOrExit(readConfig);
  const { host, port, operationsHost, operationsPort, adminToken, callerKeys, tls } = config;
  const operations = { host: operationsHost, port: operationsPort };
  const logger = createLogger({ name, level: config.logLevel });
  const variables = trialSecretsIn((variable) => otherText(variable, process.env));
  if (variables.length > 0)
    logger.warn({ variables }, 'Secrets for trying Hilo out are in use: everybody knows them, so let nobody reach it');
  return { config, name, host, port, operations, adminToken, callerKeys, tls, logger };
}

import { HTTP, integer, list, oneOf, type Setting, text, url } from './environment.ts';
import { logOtlpHeaders, logOtlpUrl } from './log-shipping-settings.ts';
import { OPERATIONS_PORT_OFFSET } from './operations-port.ts';
import { adminToken } from './secret-strength.ts';
import { callerKeys } from './service-keys.ts';
import { serviceTls } from './service-tls.ts';
import { kafkaSecurity, registryAuth } from './store-security.ts';

const PORT_MAX = 65_535;

/** Settings that every service reads; spread it into the service's own spec. `port` is its default port. */
export function commonSettings(service: string, port: number) {
  return {
    host: text('HILO_HOST', '127.0.0.1'),
    port: integer('HILO_PORT', port, 0, PORT_MAX),
    /** Where the instance serves health, metrics and its OpenAPI document: not where strangers can call it. */
    operationsHost: text('HILO_OPERATIONS_HOST', '127.0.0.1'),
    operationsPort: operationsPort(port),
    tls: serviceTls(),
    instance: text('HILO_INSTANCE', '0'),
    logLevel: oneOf('HILO_LOG_LEVEL', ['trace', 'debug', 'info', 'warn', 'error', 'silent'], 'info'),
    adminToken: adminToken(),
    callerKeys: callerKeys(service),
    /** Where the log is sent besides standard output; null: nowhere. */
    logOtlpUrl: logOtlpUrl(),
    logOtlpHeaders: logOtlpHeaders(),
  };
}

/** The operations port: by default the usual distance above the service's own, or any free one if that is any free one. */
function operationsPort(ofService: number): Setting<number> {
  const given = integer('HILO_OPERATIONS_PORT', null, 0, PORT_MAX);
  return {
    ...given,
    fallback: '',
    read: (value, other) => {
      if (value !== '') return given.read(value, other);
      const own = other('HILO_PORT');
      const port = own === '' ? ofService : Number(own);
      return given.read(port === 0 ? '0' : `${port + OPERATIONS_PORT_OFFSET}`, other);
    },
  };
}

/** Additional settings of a service with stream stages. */
export function stageSettings() {
  return {
    kafkaBrokers: list('HILO_KAFKA_BROKERS', '127.0.0.1:4092'),
    kafkaSecurity: kafkaSecurity(),
    registryUrl: url('HILO_REGISTRY_URL', 'http://127.0.0.1:4081/apis/ccompat/v7', HTTP),
    registryAuth: registryAuth(),
    partitions: integer('HILO_PARTITIONS', 4, 1, 10_000),
    /** `off`: the instance only answers HTTP, and leaves its stage to the other instances. */
    stage: oneOf('HILO_STAGE', ['on', 'off'], 'on'),
  };
}

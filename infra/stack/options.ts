import { parseArgs } from 'node:util';
import { INSTANCES_MAX, refusedPorts, SERVICE_NAMES, type ServiceName } from './addresses.ts';

/** The options of `npm start`. */
export interface StartOptions {
  readonly help: boolean;
  /** Delete the data folder first. */
  readonly fresh: boolean;
  readonly demo: boolean;
  /** Services that somebody runs beside the stack. The demo needs them all, so it is left out too. */
  readonly without: readonly ServiceName[];
  /** The demo keeps the true dates of its orders. */
  readonly asRecorded: boolean;
  readonly portBase: number;
  readonly instances: number;
  readonly data: string;
  readonly partitions: number;
}

/** The text of `npm start -- --help`. */
export const USAGE = `npm start -- [options]
  --fresh          delete the data folder first
  --no-demo        start without the demo's data
  --as-recorded    load the demo with its true dates instead of shifting them to now
  --port-base N    ports from N (default 4000)
  --instances N    instances of each service, 1 to ${INSTANCES_MAX} (default 1)
  --without NAME   leave a service out, and print how to run it yourself; may be repeated
  --data DIR       where the state is kept (default .hilo)`;

const PORT_BASE_MAX = 64_000;

function whole(name: string, text: string, minimum: number, maximum: number): number {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(number >= minimum && number <= maximum)) {
    throw new Error(`${name} must be a whole number from ${minimum} to ${maximum}, not "${text}"`);
  }
  return number;
}

function serviceNamed(name: string): ServiceName {
  const service = SERVICE_NAMES.find((known) => known === name);
  if (service === undefined) throw new Error(`--without must be one of ${SERVICE_NAMES.join(', ')}, not "${name}"`);
  return service;
}

/** Reads the options of `npm start`. Throws one line that names the faulty option. */
export function startOptions(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): StartOptions {
  const { values } = parseArgs({
    args: [...args],
    allowPositionals: false,
    options: {
      help: { type: 'boolean', default: false },
      fresh: { type: 'boolean', default: false },
      'no-demo': { type: 'boolean', default: false },
      'as-recorded': { type: 'boolean', default: false },
      'port-base': { type: 'string', default: '4000' },
      instances: { type: 'string', default: '1' },
      without: { type: 'string', multiple: true, default: [] },
      data: { type: 'string', default: '.hilo' },
    },
  });
  const without = [...new Set(values.without.map(serviceNamed))];
  const portBase = whole('--port-base', values['port-base'], 1024, PORT_BASE_MAX);
  const instances = whole('--instances', values.instances, 1, INSTANCES_MAX);
  const [refused] = refusedPorts(portBase, instances);
  if (refused !== undefined) {
    throw new Error(
      `--port-base ${portBase} with --instances ${instances} needs port ${refused}, which browsers refuse: take ` +
        'another --port-base, such as 4200',
    );
  }
  return {
    help: values.help,
    fresh: values.fresh,
    demo: !values['no-demo'] && without.length === 0,
    without,
    asRecorded: values['as-recorded'],
    portBase,
    instances,
    data: values.data,
    partitions: whole('HILO_PARTITIONS', environment.HILO_PARTITIONS ?? '4', 1, 10_000),
  };
}

import { randomInt } from 'node:crypto';
import { STAGES } from '@hilo/schemas/stages';
import { canListen } from '../embedded/ports.ts';
import type { StorePorts } from '../embedded/stores.ts';

/** Every service, in the order in which an event passes them. */
export const SERVICE_NAMES = [...STAGES, 'console'] as const;

/** A service of Hilo. */
export type ServiceName = (typeof SERVICE_NAMES)[number];

/** Most instances of each service: their ports are ten apart, below the registry's. */
export const INSTANCES_MAX = 6;

const SERVICE_OFFSETS: Readonly<Record<ServiceName, number>> = {
  console: 0,
  ingestion: 1,
  identity: 2,
  profile: 3,
  segmentation: 4,
  activation: 5,
  history: 6,
};

/** Ports of the stores above a base. */
export function storePorts(base: number): StorePorts {
  return {
    registry: base + 81,
    kafka: base + 92,
    kafkaController: base + 93,
    clickhouseHttp: base + 123,
    clickhouseNative: base + 900,
    postgres: base + 432,
  };
}

/** Port of an instance (from 0) of a service. */
export function servicePort(base: number, service: ServiceName, instance: number): number {
  return base + SERVICE_OFFSETS[service] + 10 * instance;
}

/** Address of an instance (from 0) of a service. */
export function serviceUrl(base: number, service: ServiceName, instance: number): string {
  return `http://127.0.0.1:${servicePort(base, service, instance)}`;
}

/** How far the port on which an instance serves its health and metrics is above its own. */
const OPERATIONS_OFFSET = 200;

/** Operations port of an instance (from 0) of a service. */
export function operationsPort(base: number, service: ServiceName, instance: number): number {
  return servicePort(base, service, instance) + OPERATIONS_OFFSET;
}

/** Address of the operations port of an instance (from 0) of a service. */
export function operationsUrl(base: number, service: ServiceName, instance: number): string {
  return `http://127.0.0.1:${operationsPort(base, service, instance)}`;
}

/** Ports from 1024 on that fetch and browsers refuse (the port blocking of the Fetch standard). */
const REFUSED_BY_FETCH = new Set([
  ...[1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566],
  ...[6665, 6666, 6667, 6668, 6669, 6679, 6697, 10_080],
]);

/** The stack's HTTP ports that no browser would open. */
export function refusedPorts(base: number, instances: number): number[] {
  const { registry, clickhouseHttp } = storePorts(base);
  return [registry, clickhouseHttp, ...servicePorts(base, instances)].filter((port) => REFUSED_BY_FETCH.has(port));
}

function servicePorts(base: number, instances: number): number[] {
  return SERVICE_NAMES.flatMap((service) =>
    Array.from({ length: instances }, (_, instance) =>
      [servicePort, operationsPort].map((portOf) => portOf(base, service, instance)),
    ).flat(),
  );
}

/** The stack's ports that another program already listens on. */
export async function takenPorts(base: number, instances: number): Promise<number[]> {
  const ports = [...Object.values(storePorts(base)), ...servicePorts(base, instances)];
  const free = await Promise.all(ports.map(canListen));
  return ports.filter((_, index) => free[index] === false).sort((a, b) => a - b);
}

/** A base whose ports are all free, far from the default one. Throws if none is found. */
export async function freePortBase(): Promise<number> {
  for (let tries = 0; tries < 50; tries += 1) {
    const base = randomInt(2_000, 3_100) * 10;
    if ((await takenPorts(base, INSTANCES_MAX)).length === 0) return base;
  }
  throw new Error('no free range of ports on 127.0.0.1');
}

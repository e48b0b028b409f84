import { readFileSync } from 'node:fs';
import { Gauge } from 'prom-client';

/** All packages of Hilo have one version. */
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  readonly version: string;
};

/** Whether each service of this process is ready; in tests, one process runs several. */
const services = new Map<string, () => boolean>();

const build = new Gauge({
  name: 'hilo_build_info',
  help: 'Always 1: the version of Hilo and of Node that the instance runs.',
  labelNames: ['service', 'version', 'node'],
});
const isReady = new Gauge({
  name: 'hilo_service_ready',
  help: '1 while the instance answers /health/ready with 200.',
  labelNames: ['service'],
  collect: () => {
    for (const [service, ready] of services) isReady.set({ service }, ready() ? 1 : 0);
  },
});

/** Reports in the metrics which build a service runs, and whether it is ready. */
export function reportBuild(service: string, ready: () => boolean): void {
  build.set({ service, version, node: process.versions.node }, 1);
  services.set(service, ready);
}

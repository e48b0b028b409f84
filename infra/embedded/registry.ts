import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { statusOf } from './http-check.ts';
import { classArchive, javaCommand } from './java-program.ts';
import { cacheFolder } from './paths.ts';
import type { Store } from './store.ts';

/** Where the registry keeps its data and listens, on 127.0.0.1. */
export interface RegistryOptions {
  readonly data: string;
  readonly port: number;
}

/** Base of the Confluent API of the registry on a port of 127.0.0.1. */
export function registryUrl(port: number): string {
  return `http://127.0.0.1:${port}/apis/ccompat/v7`;
}

/** The Apicurio schema registry with an H2 database on disk. */
export function registryStore({ data, port }: RegistryOptions): Store {
  const folder = join(cacheFolder, 'apicurio');
  const jar = 'apicurio-registry-app-2.6.13.Final-runner.jar';
  const archive = classArchive('apicurio');
  return {
    async prepare() {
      mkdirSync(data, { recursive: true, mode: 0o700 });
      if (!existsSync(join(folder, jar))) {
        throw new Error(`no registry in ${folder}: run npm start or npm test once, which fetch it`);
      }
    },
    process: {
      name: 'registry',
      command: javaCommand(),
      args: ['-Xms64m', '-Xmx192m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', ...archive.flags, '-jar', jar],
      cwd: folder,
      env: {
        HTTP_PORT: `${port}`,
        QUARKUS_HTTP_HOST: '127.0.0.1',
        // Without WRITE_DELAY=0, a kill loses schemas that were registered just before it.
        REGISTRY_DATASOURCE_URL: `jdbc:h2:file:${join(data, 'registry')};DB_CLOSE_ON_EXIT=FALSE;WRITE_DELAY=0`,
        QUARKUS_DATASOURCE_JDBC_INITIAL_SIZE: '2',
        QUARKUS_DATASOURCE_JDBC_MIN_SIZE: '2',
        QUARKUS_DATASOURCE_JDBC_MAX_SIZE: '10',
      },
      stopSignal: 'SIGTERM',
      stopGraceMs: 20_000,
      ready: async () => (await statusOf(`${registryUrl(port)}/subjects`)) === 200,
      readyTimeoutMs: 120_000,
      ended: () => archive.keep(),
    },
  };
}

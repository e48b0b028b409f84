import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { promisify } from 'node:util';
import { SERVICE_NAMES, type ServiceName } from '@hilo/infra';
import type { Credentials } from '@hilo/test-stack';
import { eventually } from '../e2e/eventually.ts';
import { haveImages } from './base-images.ts';
import { type DockerEngine, openDockerEngine } from './docker-engine.ts';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../..');
const PROJECT = 'hilo-accept';
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;
const READY_WITHIN_MS = 300_000;
const SECURED = 'docker-compose.secured.yml';
const WRITE_KEY = 'wk_compose_accept';
const EVENT_BYTES_MAX = 256 * 1024;

/** Images of the compose file that are not ours. */
const BASE_IMAGES = [
  'node:24-slim',
  'apache/kafka:4.3.1',
  'apicurio/apicurio-registry-mem:2.6.13.Final',
  'postgres:18',
  'clickhouse/clickhouse-server:26.7',
  'haproxy:3.2',
];

function ofServices<T>(valueOf: (service: ServiceName) => T): Readonly<Record<ServiceName, T>> {
  return Object.fromEntries(SERVICE_NAMES.map((name) => [name, valueOf(name)])) as Record<ServiceName, T>;
}

/** docker-compose.yml, as it is: its images, its volumes, secrets made for it. */
export class ComposeStack {
  /** Variables of every command: where the engine is, and which project and secrets. */
  readonly env: NodeJS.ProcessEnv;
  readonly #engine: DockerEngine;
  readonly #command: readonly string[];
  readonly #secrets: string;
  readonly #isSecured: boolean;

  private constructor(engine: DockerEngine, command: readonly string[], secrets: string, files: readonly string[]) {
    this.#engine = engine;
    this.#command = command;
    this.#secrets = secrets;
    this.#isSecured = files.includes(SECURED);
    const compose = command.join(' ');
    this.env = {
      ...process.env,
      ...engine.env,
      ...{ COMPOSE_PROJECT_NAME: PROJECT, COMPOSE: compose, HILO_SECRETS: secrets, DOCKER_BUILDKIT: '0' },
      ...(this.#isSecured ? { NODE_EXTRA_CA_CERTS: join(secrets, 'stores_ca') } : {}),
      COMPOSE_FILE: files.join(':'),
      // Receivers of tests listen on this machine, at the gateway of the containers' network.
      HILO_ACTIVATION_ALLOWED_NETWORKS: '10.0.0.0/8,172.16.0.0/12,192.168.0.0/16',
    };
  }

  /** Finds or starts an engine, has the images pulled or built, and leaves nothing of an earlier run. */
  static async open(files: readonly string[] = ['docker-compose.yml']): Promise<ComposeStack> {
    const engine = await openDockerEngine();
    try {
      const env = { ...process.env, ...engine.env };
      const plugin = await run('docker', ['compose', 'version'], { env }).then(
        () => true,
        () => false,
      );
      const secrets = mkdtempSync(join(tmpdir(), 'hilo-secrets-'));
      await run('infra/docker/make-secrets.sh', [secrets], { cwd: ROOT });
      const stack = new ComposeStack(engine, plugin ? ['docker', 'compose'] : ['docker-compose'], secrets, files);
      if (stack.#isSecured) stack.#trust();
      await stack.compose('down', '--volumes', '--remove-orphans');
      await stack.#images();
      return stack;
    } catch (error) {
      await engine.close();
      throw error;
    }
  }

  /** Runs any program of the repository on this stack; resolves with its standard output. */
  async run(program: string, ...args: readonly string[]): Promise<string> {
    const { stdout } = await run(program, [...args], { cwd: ROOT, env: this.env, maxBuffer: OUTPUT_BYTES_MAX });
    return stdout;
  }

  /** A command of docker compose. */
  compose(...args: readonly string[]): Promise<string> {
    const [program = 'docker', ...first] = this.#command;
    return this.run(program, ...first, ...args);
  }

  /** Brings everything up with this many instances of every service; resolves when each is healthy. */
  async up(instances: number): Promise<void> {
    await this.compose('up', '-d', '--no-build', ...this.#scaled(instances));
    await this.healthy();
    const { ingestionUrl, adminToken } = this.credentials;
    const answer = await fetch(`${ingestionUrl}/v1/sources/demo`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Demo shop', write_key: WRITE_KEY, max_event_bytes: EVENT_BYTES_MAX }),
    });
    if (!answer.ok) throw new Error(`ingestion answers ${answer.status} to the source: ${await answer.text()}`);
  }

  /** Resolves when every container that should run is healthy, and the load balancer reaches each service. */
  async healthy(): Promise<void> {
    await eventually(
      'every container is healthy',
      async () => {
        const ids = (await this.compose('ps', '-q')).split('\n').filter((id) => id !== '');
        const format =
          '{{.Name}} {{.State.Status}} {{if .State.Health}}{{.State.Health.Status}}{{end}} {{.State.ExitCode}}';
        const states = (await this.run('docker', 'inspect', '--format', format, ...ids)).trim().split('\n');
        return states.filter((state) => !/ running healthy \d+$|setup\S* exited .*0$/.test(state));
      },
      (waiting) => waiting.length === 0,
      READY_WITHIN_MS,
    );
    await eventually(
      'the load balancer reaches every service',
      async () => {
        const bases = SERVICE_NAMES.map((name) => this.credentials[`${name}Url`]);
        return Promise.all(
          bases.map(async (base) => {
            const answer = await fetch(`${base}/health/ready`);
            await answer.body?.cancel();
            return answer.status;
          }),
        );
      },
      (statuses) => statuses.every((status) => status === 200),
    );
  }

  /** The users of every process in every container, as numbers; by the container's name. */
  async users(): Promise<ReadonlyMap<string, readonly number[]>> {
    const ids = (await this.compose('ps', '-q')).split('\n').filter((id) => id !== '');
    const users = new Map<string, readonly number[]>();
    for (const id of ids) {
      const [name = '', running] = (await this.run('docker', 'inspect', '--format', '{{.Name}} {{.State.Running}}', id))
        .trim()
        .split(' ');
      if (running !== 'true') continue;
      const [, ...lines] = (await this.run('docker', 'top', id, '-eo', 'uid,pid')).trim().split('\n');
      users.set(
        name,
        lines.map((line) => Number(line.trim().split(/\s+/)[0])),
      );
    }
    return users;
  }

  /** Address of this machine as the containers see it. */
  async hostAddress(): Promise<string> {
    const gateway = '{{range .NetworkSettings.Networks}}{{.Gateway}}{{end}}';
    const front = (await this.compose('ps', '-q', 'front')).trim();
    return (await this.run('docker', 'inspect', '--format', gateway, front)).trim();
  }

  /** What a client of the stack needs. */
  get credentials(): Credentials {
    const secret = (name: string) => readFileSync(join(this.#secrets, name), 'utf8').trim();
    const keyPair = (service: string) => ({
      privateKey: secret(`${service}_service_key`),
      publicKey: secret(`${service}_public_key`),
    });
    const at = (port: number) => `${this.#isSecured ? 'https' : 'http'}://127.0.0.1:${port}`;
    const urls = {
      ...{ consoleUrl: at(4000), ingestionUrl: at(4001), identityUrl: at(4002), profileUrl: at(4003) },
      ...{ segmentationUrl: at(4004), activationUrl: at(4005), historyUrl: at(4006) },
    };
    return {
      writeKey: WRITE_KEY,
      adminToken: secret('admin_token'),
      serviceKeys: { console: keyPair('console'), activation: keyPair('activation'), profile: keyPair('profile') },
      clickhouse: {
        url: at(this.#isSecured ? 4124 : 4123),
        user: 'hilo',
        password: secret('clickhouse_password'),
        loaderUser: 'loader',
        loaderPassword: secret('clickhouse_loader_password'),
        readonlyUser: 'reader',
        readonlyPassword: secret('clickhouse_reader_password'),
        ...(this.#isSecured
          ? {
              readonlyCertificate: {
                cert: secret('clickhouse_reader_certificate'),
                key: secret('clickhouse_reader_key'),
              },
            }
          : {}),
      },
      postgresUrl: this.#postgresUrl('hilo', 'postgres_url', 'setup'),
      postgresUrls: ofServices((name) => this.#postgresUrl(`hilo_${name}`, `${name}_postgres_url`, `${name}_tls`)),
      kafkaBrokers: ['localhost:4092'],
      registryUrl: `${at(4081)}/apis/ccompat/v7`,
      ...urls,
      instances: ofServices((name) => [urls[`${name}Url`]]),
      // Reached from inside alone.
      operations: ofServices(() => []),
    };
  }

  /** Ends all of it, its data too. */
  async close(): Promise<void> {
    await this.compose('down', '--volumes', '--timeout', '5').catch(() => '');
    rmSync(this.#secrets, { recursive: true, force: true });
    await this.#engine.close();
  }

  /** With the password of a secret; or, if a certificate lets users in, with that of a service or of the setup. */
  #postgresUrl(user: string, secret: string, certificate: string): string {
    const file = (name: string) => join(this.#secrets, name);
    if (!this.#isSecured)
      return readFileSync(file(secret), 'utf8').trim().replace('@postgres:5432/', '@127.0.0.1:4432/');
    const files = { sslrootcert: 'stores_ca', sslcert: `${certificate}_certificate`, sslkey: `${certificate}_key` };
    const tls = Object.entries(files).map(([parameter, name]) => `&${parameter}=${file(name)}`);
    return `postgres://${user}@127.0.0.1:4432/hilo?sslmode=verify-full${tls.join('')}`;
  }

  /** Programs of the test, and this process, trust the authority that signed the stack's certificates. */
  #trust(): void {
    const { NODE_EXTRA_CA_CERTS: file = '' } = this.env;
    process.env.NODE_EXTRA_CA_CERTS = file;
    setDefaultCACertificates([...getCACertificates('default'), readFileSync(file, 'utf8')]);
  }

  #scaled(instances: number): string[] {
    return SERVICE_NAMES.flatMap((name) => ['--scale', `${name}=${instances}`]);
  }

  async #images(): Promise<void> {
    await haveImages(BASE_IMAGES, this.env);
    const network = ['--network', 'host'];
    await this.run('docker', 'build', '--quiet', ...network, '-t', 'hilo:latest', '-f', 'infra/docker/Dockerfile', '.');
  }
}

import { type ChildProcess, spawn } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePortBase, infraFile, prometheusProgram } from '@hilo/infra';
import type { Credentials } from '@hilo/test-stack';
import { stringify, parse } from 'yaml';
import { eventually } from './eventually.ts';

/** One series of an answer; the value is the newest. */
export interface Answer {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A rule as Prometheus runs it. */
export interface RunningRule {
  readonly name: string;
  readonly health: string;
  readonly lastError?: string;
  readonly type: 'alerting' | 'recording';
}

interface Config {
  readonly scrape_configs: readonly { readonly job_name: string }[];
}

/** Files of the recording rules and alerts of Hilo. */
export const HILO_RULES: readonly string[] = globSync(infraFile('prometheus/rules/*.yml'));

/** A real Prometheus with the rules of Hilo that scrapes a running stack, every second. */
export class PrometheusServer {
  readonly #folder = mkdtempSync(join(tmpdir(), 'hilo-prometheus-'));
  #url = '';
  #process: ChildProcess | null = null;

  /**
   * Scrapes what the configuration for docker compose scrapes, if this stack has it. Resolves once all answer.
   * `rule_files`: absolute paths; absent: the rules of Hilo.
   */
  async start(credentials: Credentials, rule_files = HILO_RULES): Promise<void> {
    const address = `127.0.0.1:${await freePortBase()}`;
    const config = join(this.#folder, 'prometheus.yml');
    writeFileSync(config, stringify(configFor(credentials, rule_files)));
    this.#process = spawn(
      prometheusProgram('prometheus'),
      [`--config.file=${config}`, `--storage.tsdb.path=${this.#folder}/data`, `--web.listen-address=${address}`],
      { stdio: 'ignore' },
    );
    this.#url = `http://${address}`;
    await eventually(
      'Prometheus scrapes every target',
      () => this.ask('up'),
      (answers) => answers.length > 7 && answers.every(({ value }) => value === 1),
    );
  }

  /** Current answers of a query. Rejects if Prometheus finds it wrong. */
  async ask(expr: string): Promise<readonly Answer[]> {
    const { result } = await this.#get<{ result: { metric: Record<string, string>; value: [number, string] }[] }>(
      `query?query=${encodeURIComponent(expr)}`,
    );
    return result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
  }

  /** Every rule, and whether it could be evaluated. */
  async rules(): Promise<readonly RunningRule[]> {
    const { groups } = await this.#get<{ groups: { rules: RunningRule[] }[] }>('rules');
    return groups.flatMap(({ rules }) => rules);
  }

  async stop(): Promise<void> {
    const process = this.#process;
    if (process !== null && process.exitCode === null) {
      const ended = new Promise((resolve) => process.once('exit', resolve));
      process.kill('SIGTERM');
      await ended;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #get<T>(path: string): Promise<T> {
    const answer = await fetch(`${this.#url}/api/v1/${path}`);
    const body = (await answer.json()) as { status: string; error?: string; data: T };
    if (body.status !== 'success') throw new Error(`${decodeURIComponent(path)}: ${body.error}`);
    return body.data;
  }
}

function configFor({ operations, clickhouse }: Credentials, rule_files: readonly string[]): object {
  const { scrape_configs } = parse(readFileSync(infraFile('prometheus/prometheus.yml'), 'utf8')) as Config;
  const targets: Readonly<Record<string, readonly string[]>> = { ...operations, clickhouse: [clickhouse.url] };
  return {
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files,
    scrape_configs: scrape_configs.flatMap(({ job_name }) => {
      const hosts = targets[job_name]?.map((url) => new URL(url).host);
      return hosts === undefined ? [] : [{ job_name, static_configs: [{ targets: hosts }] }];
    }),
  };
}

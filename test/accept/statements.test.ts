import { randomUUID } from 'node:crypto';
import { type Credentials, type OpenedStack, openStack, StatementTrial } from '@hilo/test-stack';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ComposeStack } from './compose-stack.ts';

const WAIT_MOST_MS = 2000;
const HOUR_MS = 3_600_000;

/** The same statements again: `HILO_FUZZ_SEED=…`. */
const seed = Number(process.env.HILO_FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 32));

/** A statement as Explore sends it. */
function throughTheService({ historyUrl, adminToken }: Credentials) {
  return async (sql: string): Promise<string> => {
    const answer = await fetch(`${historyUrl}/v1/queries`, {
      method: 'POST',
      headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ id: randomUUID(), sql }),
    });
    const text = await answer.text();
    if (answer.status >= 500) throw new Error(`${answer.status} for ${sql}: ${text}`);
    return text;
  };
}

/** Half of the statements past the service, half through it. */
async function expectNothingReached(trial: StatementTrial, credentials: Credentials, statements: number) {
  process.stdout.write(`seed ${seed}\n`);
  const ways = [trial.asReader, throughTheService(credentials)];
  const held = { leaks: [], connections: 0, changes: [], answered: statements };
  const longestMs = await trial.longestWait(async () => {
    const verdict = await trial.run({ ways, statements: statements / ways.length, seed, atOnce: 4 });
    expect({ seed, ...verdict }).toEqual({ seed, ...held });
  });
  process.stdout.write(`another user's statement waited ${longestMs.toFixed(0)} ms at most\n`);
  expect(longestMs).toBeLessThan(WAIT_MOST_MS);
  expect(await trial.asReader('SELECT 1 FORMAT TSV')).toBe('1\n');
}

describe('100,000 statements of a viewer', () => {
  let opened: OpenedStack;
  beforeAll(async () => {
    opened = await openStack({ embedded: true });
  });
  afterAll(() => opened?.close());

  it(
    'reach nothing that is out of bounds, and keep nobody waiting',
    async () => {
      const trial = await StatementTrial.layOut(opened.credentials.clickhouse);
      const clickhouse = opened.stack?.processes.get('clickhouse');
      const before = clickhouse?.pid;
      try {
        await expectNothingReached(trial, opened.credentials, 100_000);
        expect([clickhouse?.pid, clickhouse?.restarts]).toEqual([before, 0]);
      } finally {
        await trial.close();
      }
    },
    HOUR_MS,
  );
});

describe("10,000 statements on docker-compose's ClickHouse", () => {
  let stack: ComposeStack;
  beforeAll(async () => {
    stack = await ComposeStack.open();
    await stack.up(1);
  }, HOUR_MS);
  afterAll(() => stack?.close());

  it(
    'reach nothing that is out of bounds, and keep nobody waiting',
    async () => {
      const { clickhouse } = stack.credentials;
      const trial = await StatementTrial.layOut(clickhouse, {
        host: await stack.hostAddress(),
        files: [
          '/run/secrets/clickhouse_password',
          '/run/secrets/clickhouse_loader_password',
          '/run/secrets/clickhouse_reader_password',
          '/etc/hostname',
        ],
        secrets: [clickhouse.password, clickhouse.readonlyPassword],
      });
      const container = (await stack.compose('ps', '-q', 'clickhouse')).trim();
      const started = () => stack.run('docker', 'inspect', '--format', '{{.State.StartedAt}}', container);
      const before = await started();
      try {
        await expectNothingReached(trial, stack.credentials, 10_000);
        expect(await started()).toBe(before);
      } finally {
        await trial.close();
      }
    },
    HOUR_MS,
  );
});

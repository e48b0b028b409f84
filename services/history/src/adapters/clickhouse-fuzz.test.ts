import { randomUUID } from 'node:crypto';
import { StatementTrial } from '@hilo/test-stack';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HistoryUnderTest } from '../testing/history-under-test.ts';

const STATEMENTS = 3000;

let history: HistoryUnderTest;
let trial: StatementTrial;

beforeAll(async () => {
  history = await HistoryUnderTest.open();
  trial = await StatementTrial.layOut(history.stores.clickhouse);
}, 120_000);

afterAll(async () => {
  await trial.close();
  await history.close();
});

/** Through the service's look at a statement. */
async function throughTheService(sql: string): Promise<string> {
  const payload = { id: randomUUID(), sql };
  const headers = { authorization: 'Bearer token' };
  const answer = await history.app.instance.inject({ method: 'POST', url: '/v1/queries', headers, payload });
  // What a statement asks for is refused, or answered; never a fault of ours, nor said to be ClickHouse's.
  if (answer.statusCode >= 500) throw new Error(`${answer.statusCode} for ${sql}: ${answer.body}`);
  return answer.body;
}

it('no statement reaches a file, the network, another database or a change, past the service or through it', async () => {
  const seed = Number(process.env.HILO_FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 32));
  const verdict = await trial.run({
    ways: [trial.asReader, throughTheService],
    statements: STATEMENTS,
    seed,
    atOnce: 2,
  });
  expect({ seed, ...verdict }).toEqual({ seed, leaks: [], connections: 0, changes: [], answered: 2 * STATEMENTS });
  expect(await trial.asReader('SELECT 1 FORMAT TSV')).toBe('1\n');
}, 240_000);

/** A limit is what it is, whatever a part of a statement says. */
it.each([
  [
    'max_memory_usage = 0, max_memory_usage_for_user = 0',
    'MEMORY_LIMIT_EXCEEDED',
    'SELECT uniqExact(number) FROM numbers(1000000000)',
  ],
  [
    'readonly = 0, max_memory_usage = 100000000000',
    'MEMORY_LIMIT_EXCEEDED',
    'SELECT groupArray(number) FROM numbers(1000000000)',
  ],
  [
    'max_untracked_memory = 100000000000',
    'MEMORY_LIMIT_EXCEEDED',
    'SELECT groupArray(number) FROM numbers(1000000000)',
  ],
  [
    'readonly = 0, max_execution_time = 0',
    'TIMEOUT_EXCEEDED',
    'SELECT count() FROM numbers(1000000000000) WHERE cityHash64(number) = 1',
  ],
  [
    "timeout_overflow_mode = 'break', max_execution_time = 0",
    'TIMEOUT_EXCEEDED',
    'SELECT count() FROM numbers(1000000000000) WHERE cityHash64(number) = 1',
  ],
  [
    'readonly = 0, allow_ddl = 1, allow_introspection_functions = 1',
    'ACCESS_DENIED|FUNCTION_NOT_ALLOWED|UNKNOWN_FUNCTION',
    'SELECT addressToLine(number) FROM numbers(1)',
  ],
])(
  'settings in a part of a statement change no limit: %s',
  async (settings, error, inner) => {
    for (const sql of [
      `SELECT * FROM (${inner} SETTINGS ${settings}) FORMAT Null`,
      `WITH c AS (${inner} SETTINGS ${settings}) SELECT * FROM c FORMAT Null`,
      `SELECT (${inner} SETTINGS ${settings}) FORMAT Null`,
      `SELECT 1 UNION ALL SELECT count() FROM (${inner} SETTINGS ${settings}) FORMAT Null`,
    ])
      expect(await trial.asReader(sql), sql).toMatch(new RegExp(error));
  },
  240_000,
);

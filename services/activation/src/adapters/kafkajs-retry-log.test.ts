import { createLogger } from '@hilo/service';
import { expect, it } from 'vitest';
import { RetryLogUnavailableError } from '../ports.ts';
import { KafkajsRetryLog } from './kafkajs-retry-log.ts';

it('a log that nobody answers is unavailable, again and again', { timeout: 30_000 }, async () => {
  const log = new KafkajsRetryLog({
    kafkaBrokers: ['127.0.0.1:9'],
    registryUrl: 'http://127.0.0.1:9',
    partitions: 4,
    logger: createLogger({ name: 'activation', level: 'silent' }),
    deadlineMs: 50,
  });
  const retry = { delivery_id: 'd_1', profile_id: 'p_1', asked_at: 0 };
  await expect(log.append([retry])).rejects.toBeInstanceOf(RetryLogUnavailableError);
  await expect(log.append([retry])).rejects.toBeInstanceOf(RetryLogUnavailableError);
  await log.stop();
});

/**
 * A service with one component and no routes, for tests of a whole process: `small-service.ts
 * [runs|fails|rejects|hangs]`.
 */
import { Module } from '@nestjs/common';
import { createLogger } from '../logger.ts';
import { runService } from '../run-service.ts';

class SmallModule {}
Module({})(SmallModule);

const mood = process.argv[2];
const failed = Promise.withResolvers<never>();
failed.promise.catch(() => undefined);
const logger = createLogger({ name: 'small', level: 'info' });

await runService({
  name: 'small',
  module: SmallModule,
  adminToken: 'token',
  openapi: { openapi: '3.1.0', info: { title: 'Small', version: '1' }, paths: {} },
  logger,
  host: '127.0.0.1',
  port: 0,
  operations: { host: '127.0.0.1', port: 0 },
  stages: {
    part: {
      start: async () => {
        if (mood === 'fails') setTimeout(() => failed.reject(new Error('the component is broken')), 50);
        if (mood === 'rejects') setTimeout(() => void Promise.reject(new Error('nobody waits')), 50);
        if (mood === 'throws') throw new Error('it does not start');
      },
      stop: async () => logger.info('the component stopped'),
      ready: () => true,
      failed: failed.promise,
    },
  },
});
logger.info('up');

import { expect, it } from 'vitest';
import { connectStage } from './connect.ts';
import { SILENT } from './testing/instance.ts';
import { TOY_LOGIC, TOY_TOPOLOGY } from './testing/toy-stage.ts';

it('an instance that leaves its stage to others is ready without any store', async () => {
  const stage = connectStage(
    { topology: TOY_TOPOLOGY, logic: TOY_LOGIC },
    {
      stage: 'off',
      kafkaBrokers: ['127.0.0.1:1'],
      postgresUrl: 'postgres://nobody@127.0.0.1:1/none',
      registryUrl: 'http://127.0.0.1:1',
      instance: 'door',
      partitions: 4,
      logger: SILENT,
    },
  );
  await stage.start();
  expect(stage.ready()).toBe(true);
  await stage.stop();
});

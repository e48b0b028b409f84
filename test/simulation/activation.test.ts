import { describe, it } from 'vitest';
import { ACTIVATION } from './activation-scenario.ts';
import { expectToPass } from './runs.ts';

describe('simulation: activation', () => {
  it('ends each delivery and each retry once and in order, whatever happens on the way', {
    timeout: 600_000,
  }, async () => {
    await expectToPass(ACTIVATION, 12);
  });
});

import { describe, it } from 'vitest';
import { HILO, HILO_RELEASED, HILO_RELEASES } from './hilo-scenarios.ts';
import { expectToPass } from './runs.ts';

describe('simulation: identity, profile, segmentation and activation in a row', () => {
  it('end as naive folds of the accepted events, whatever happens on the way', { timeout: 900_000 }, async () => {
    await expectToPass(HILO, 4);
  });

  it('and where origins are released, exits that are not marked as unproven are right all the same', {
    timeout: 900_000,
  }, async () => {
    await expectToPass(HILO_RELEASED, 4);
  });

  it('and so do they while instances of two releases take partitions from each other', {
    timeout: 900_000,
  }, async () => {
    await expectToPass(HILO_RELEASES, 4);
  });
});

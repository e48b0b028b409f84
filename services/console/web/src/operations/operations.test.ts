import { describe, expect, it } from 'vitest';
import { type InstanceOperations, versionsOf } from './operations.ts';

const instance = (version: string | null): InstanceOperations => ({
  ...{ service: 'identity', instance: 'a', state: 'ready', version, node: null, uptime_s: null },
  ...{ memory_bytes: null, cpu: null, partitions: null },
});

describe('the versions that run', () => {
  it('are each there once, in order, without those that nobody says', () => {
    expect(versionsOf([instance('0.2.0'), instance('0.1.0'), instance(null), instance('0.2.0')])).toEqual([
      '0.1.0',
      '0.2.0',
    ]);
  });
});

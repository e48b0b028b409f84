import { describe, expect, it } from 'vitest';
import { type Runnable, start, stop } from './lifecycle.ts';
import { createLogger } from './logger.ts';

const logger = createLogger({ name: 'test', level: 'silent' });

function recorded(name: string, journal: string[]): Runnable {
  return {
    start: async () => void journal.push(`start ${name}`),
    stop: async () => void journal.push(`stop ${name}`),
    ready: () => true,
  };
}

describe('lifecycle', () => {
  it('stops the HTTP side first and the parts in the opposite order of their start', async () => {
    const journal: string[] = [];
    const stages = { producer: recorded('producer', journal), stage: recorded('stage', journal) };
    await start(stages, logger, () => true);
    await stop({ http: { stop: async () => void journal.push('stop http') }, stages, logger });
    expect(journal).toEqual(['start producer', 'start stage', 'stop http', 'stop stage', 'stop producer']);
  });

  it('starts no further part once the service is to stop', async () => {
    const journal: string[] = [];
    const stages = { producer: recorded('producer', journal), stage: recorded('stage', journal) };
    await start(stages, logger, () => journal.length === 0);
    expect(journal).toEqual(['start producer']);
  });
});

import type { StageProgress } from '@hilo/schemas';

/** Progress of partition 0 of the stage `up`, with these fields replaced. */
export function progressOf(fields: Partial<StageProgress>): StageProgress {
  return {
    ...{ stage: 'up', partition: 0, incarnation: 'i', epoch: 1, revision: 1, read_to: 0, settled_to: 0 },
    ...{ sent: [], taken: [], notices: [], proven: null, released: null },
    ...fields,
  };
}

import type { Operations } from '../operations/operations.ts';
import type { Overview } from '../live/overview.ts';
import { conditionOf } from './stage-condition.ts';

/** Something that somebody should look at, with the page that shows it. */
export interface Need {
  readonly what: 'down' | 'behind' | 'dead_letters' | 'failed_deliveries' | 'failing_destinations' | 'held';
  /** How many there are. */
  readonly count: number;
  /** Which, where they have names. */
  readonly names: readonly string[];
  readonly to: string;
}

const OPERATIONS = '/operations';
const DEAD_LETTERS = '/rejected';
const FAILED_DELIVERIES = '/deliveries?status=failed';

/** What needs somebody, as far as the overview and today's figures say; nothing: all is well. */
export function needsOfOverview({ services, stages }: Overview, failedToday: number): readonly Need[] {
  const behind = stages.filter((stage) => conditionOf(stage, services) === 'behind').map(({ stage }) => stage);
  return present([
    downOf(services.flatMap(({ instances }) => instances)),
    { what: 'behind', count: behind.length, names: behind, to: OPERATIONS },
    deadLettersOf(stages.map(({ dead_letters }) => dead_letters)),
    { what: 'failed_deliveries', count: failedToday, names: [], to: FAILED_DELIVERIES },
  ]);
}

/** The same, as far as the services' own figures say. */
export function needsOfOperations(operations: Operations): readonly Need[] {
  const { instances, dead_letters, open_circuits, stages } = operations;
  const held = stages.flatMap(({ gaps }) => gaps);
  return present([
    downOf(instances),
    { what: 'held', count: held.length, names: held, to: OPERATIONS },
    deadLettersOf(dead_letters.map(({ count }) => count)),
    { what: 'failing_destinations', count: open_circuits.length, names: open_circuits, to: FAILED_DELIVERIES },
  ]);
}

function downOf(instances: readonly { readonly state: string }[]): Need {
  return { what: 'down', count: instances.filter(({ state }) => state === 'down').length, names: [], to: OPERATIONS };
}

function deadLettersOf(counts: readonly number[]): Need {
  return { what: 'dead_letters', count: counts.reduce((sum, count) => sum + count, 0), names: [], to: DEAD_LETTERS };
}

function present(needs: readonly Need[]): readonly Need[] {
  return needs.filter(({ count }) => count > 0);
}

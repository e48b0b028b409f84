import { type StageName, STAGES, TOPICS } from '@hilo/schemas';

/** What a user can do with a topic or a group, in Kafka's words. */
export type KafkaOperation = 'READ' | 'WRITE' | 'DESCRIBE' | 'DESCRIBE_CONFIGS' | 'DELETE';

/**
 * One right of a Kafka user: operations on one resource, or on all whose names begin with `name` (`prefixed`). Who can read,
 * write or delete something can also describe it.
 */
export interface KafkaRight {
  readonly resource: 'topic' | 'group';
  readonly name: string;
  readonly pattern: 'literal' | 'prefixed';
  readonly operations: readonly KafkaOperation[];
}

/** Name of a service's own Kafka user. */
export function kafkaUserOf(stage: StageName): string {
  return `hilo_${stage}`;
}

/**
 * Everything that a service may do in Kafka, and nothing else: it follows from the topic table. `destinations` are topics
 * outside Hilo that activation may write to, each a name, or a prefix that ends with `*`.
 *
 * A stage also reads its own outputs: when it takes a partition over, it looks for what its predecessor sent last.
 */
export function kafkaRightsOf(stage: StageName, destinations: readonly string[] = []): readonly KafkaRight[] {
  const topics = TOPICS.flatMap(({ name, producers, consumers }): KafkaRight[] => {
    const writes = producers.some((party) => party === stage);
    const reads = writes || consumers.some((party) => party === stage);
    if (!reads) return [];
    return [topic(name, writes ? ['READ', 'WRITE', 'DESCRIBE_CONFIGS'] : ['READ', 'DESCRIBE_CONFIGS'])];
  });
  return [
    ...topics,
    ...groupsOf(stage),
    ...(stage === 'history' ? othersGroups() : []),
    ...(stage === 'segmentation' ? [HISTORYS_GROUP] : []),
    ...(stage === 'activation' ? destinations.map(outsideTopic) : []),
  ];
}

/** What a reader of lags needs: to see how far topics go and groups are, and no record. */
export function monitorRights(): readonly KafkaRight[] {
  return [
    ...TOPICS.map(({ name }) => topic(name, ['DESCRIBE'])),
    { resource: 'group', name: 'hilo.', pattern: 'prefixed', operations: ['DESCRIBE'] },
  ];
}

/** Members of `hilo.<stage>` share its partitions; every other group of the service has one reader, and commits nothing. */
function groupsOf(stage: StageName): KafkaRight[] {
  return [
    { resource: 'group', name: `hilo.${stage}`, pattern: 'literal', operations: ['READ'] },
    {
      resource: 'group',
      name: `hilo.${stage}.`,
      pattern: 'prefixed',
      // `re-emit` removes the group that it read with.
      operations: stage === 'profile' ? ['READ', 'DELETE'] : ['READ'],
    },
  ];
}

/** History shows which dead letters have been processed again: it asks how far each stage is, and joins no other group. */
function othersGroups(): KafkaRight[] {
  return STAGES.filter((stage) => stage !== 'history').map((stage) => ({
    resource: 'group',
    name: `hilo.${stage}`,
    pattern: 'literal',
    operations: ['DESCRIBE'],
  }));
}

/** A backfill waits until history has loaded the events that it looks up. */
const HISTORYS_GROUP: KafkaRight = {
  resource: 'group',
  name: 'hilo.history',
  pattern: 'literal',
  operations: ['DESCRIBE'],
};

function topic(name: string, operations: readonly KafkaOperation[]): KafkaRight {
  return { resource: 'topic', name, pattern: 'literal', operations };
}

function outsideTopic(name: string): KafkaRight {
  return name.endsWith('*')
    ? { resource: 'topic', name: name.slice(0, -1), pattern: 'prefixed', operations: ['WRITE'] }
    : topic(name, ['WRITE']);
}

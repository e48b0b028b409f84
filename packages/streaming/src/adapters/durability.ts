/** A topic's durability. */
export interface TopicCopies {
  readonly topic: string;
  /** The smallest number of brokers that hold one of its partitions. */
  readonly replicas: number;
  /** Brokers that must have a record before it is acknowledged. */
  readonly minInsync: number;
}

/** Settings of PostgreSQL that `postgresRisks` checks. */
export const POSTGRES_SETTINGS = ['fsync', 'full_page_writes', 'synchronous_commit'] as const;

/** What PostgreSQL could lose with its settings, in plain words, and the right setting. `settings` by name. */
export function postgresRisks(settings: ReadonlyMap<string, string>): readonly string[] {
  const risks: string[] = [];
  if (settings.get('fsync') === 'off')
    risks.push(
      'PostgreSQL runs with fsync=off: if its machine dies, its data may be broken beyond repair. Set fsync=on.',
    );
  if (settings.get('full_page_writes') === 'off')
    risks.push(
      'PostgreSQL runs with full_page_writes=off: if its machine dies, half-written pages stay broken. Set full_page_writes=on.',
    );
  if (settings.get('synchronous_commit') === 'off')
    risks.push(
      'PostgreSQL runs with synchronous_commit=off: when it dies, commits of the last moment are lost, and partitions must be ' +
        'repaired before they start again. Set synchronous_commit=on.',
    );
  return risks;
}

const RIGHT_REPLICAS = 3;
const RIGHT_MIN_INSYNC = 2;
/** Most topics named in one line. */
const NAMED = 5;

/** What Kafka could lose with its topics' settings, in plain words, and the right setting. */
export function kafkaRisks(topics: readonly TopicCopies[]): readonly string[] {
  const risks: string[] = [];
  const few = topics.filter(({ replicas }) => replicas < RIGHT_REPLICAS);
  if (few.length > 0) {
    const least = Math.min(...few.map(({ replicas }) => replicas));
    const kept = least === 1 ? 'one broker only' : `${least} brokers only`;
    risks.push(
      `Kafka keeps ${named(few)} on ${kept}: when a broker's disk is lost, records may be too. ` +
        `A replication factor of ${RIGHT_REPLICAS} is right.`,
    );
  }
  const early = topics.filter(({ replicas, minInsync }) => replicas > 1 && minInsync < RIGHT_MIN_INSYNC);
  if (early.length > 0) {
    risks.push(
      `Kafka acknowledges records of ${named(early)} once a single broker has them (min.insync.replicas=1): if that one is ` +
        `lost, they are lost too. Set min.insync.replicas=${RIGHT_MIN_INSYNC}.`,
    );
  }
  return risks;
}

function named(topics: readonly TopicCopies[]): string {
  const names = topics
    .slice(0, NAMED)
    .map(({ topic }) => topic)
    .join(', ');
  return topics.length > NAMED ? `${names} and ${topics.length - NAMED} more topics` : names;
}

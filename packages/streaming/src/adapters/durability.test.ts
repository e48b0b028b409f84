import { describe, expect, it } from 'vitest';
import { kafkaRisks, postgresRisks } from './durability.ts';

describe('postgresRisks', () => {
  it('has nothing to say of a PostgreSQL that keeps what it commits', () => {
    const settings = { fsync: 'on', full_page_writes: 'on', synchronous_commit: 'on' };
    expect(postgresRisks(new Map(Object.entries(settings)))).toEqual([]);
    expect(postgresRisks(new Map(Object.entries({ ...settings, synchronous_commit: 'remote_apply' })))).toEqual([]);
  });

  it.each(['fsync', 'full_page_writes', 'synchronous_commit'])('says what %s=off risks, and what is right', (name) => {
    const risks = postgresRisks(new Map([[name, 'off']]));
    expect(risks).toHaveLength(1);
    expect(risks[0]).toContain(`${name}=off`);
    expect(risks[0]).toContain(`Set ${name}=on.`);
  });
});

describe('kafkaRisks', () => {
  const topic = (name: string, replicas: number, minInsync: number) => ({ topic: name, replicas, minInsync });

  it('has nothing to say of three replicas of which two must acknowledge', () => {
    expect(kafkaRisks([topic('a', 3, 2), topic('b', 5, 3)])).toEqual([]);
  });

  it('names the topics with too few replicas in one line, the first ones where there are many', () => {
    expect(kafkaRisks([topic('a', 1, 1), topic('b', 3, 2)])).toEqual([
      "Kafka keeps a on one broker only: when a broker's disk is lost, records may be too. A replication factor of 3 is right.",
    ]);
    const [many] = kafkaRisks(Array.from({ length: 8 }, (_, index) => topic(`t${index}`, 2, 2)));
    expect(many).toContain('t0, t1, t2, t3, t4 and 3 more topics on 2 brokers only');
  });

  it('says where a single broker acknowledges though others have copies', () => {
    expect(kafkaRisks([topic('a', 3, 1)])).toEqual([expect.stringContaining('Set min.insync.replicas=2.')]);
  });
});

import { type StageName, STAGES } from '@hilo/schemas';
import kafkajs, { type AclEntry, type Admin, Kafka, logLevel } from 'kafkajs';
import { type KafkaRight, kafkaRightsOf, kafkaUserOf, monitorRights } from './kafka-rights.ts';
import { setScramPasswords } from './scram-passwords.ts';
import type { TopicOptions } from './topics.ts';

const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;

/** The services' own users of Kafka. */
export interface KafkaUsers {
  /** Of each service whose user is to be made; the others exist already. */
  readonly passwords: Partial<Readonly<Record<StageName, string>>>;
  /** Topics outside Hilo that activation may write to: names, or prefixes that end with `*`. */
  readonly destinations: readonly string[];
  /** Principal that may see lags, such as `User:CN=monitor`; null: nobody. */
  readonly monitor: string | null;
}

/**
 * Makes the users of the services (SCRAM-SHA-512), and gives each its rights: what a user may do more, is taken back. The
 * connection's own user needs `Alter` and `Describe` on the cluster. Safe to repeat.
 */
export async function grantKafkaRights(
  { kafkaBrokers, kafkaSecurity }: Pick<TopicOptions, 'kafkaBrokers' | 'kafkaSecurity'>,
  { passwords, destinations, monitor }: KafkaUsers,
): Promise<void> {
  const kafka = new Kafka({
    clientId: 'hilo-setup',
    brokers: [...kafkaBrokers],
    ...kafkaSecurity,
    logLevel: logLevel.NOTHING,
    retry: { initialRetryTime: 100, retries: 8 },
  });
  const given = STAGES.flatMap((stage) => {
    const password = passwords[stage];
    return password === undefined ? [] : [[kafkaUserOf(stage), password] as const];
  });
  if (given.length > 0) await setScramPasswords(kafka, Object.fromEntries(given));
  const admin = kafka.admin();
  await admin.connect();
  try {
    for (const stage of STAGES)
      await setRights(admin, `User:${kafkaUserOf(stage)}`, kafkaRightsOf(stage, destinations));
    if (monitor !== null) await setRights(admin, monitor, monitorRights());
  } finally {
    await admin.disconnect();
  }
}

async function setRights(admin: Admin, principal: string, rights: readonly KafkaRight[]): Promise<void> {
  const wanted = rights.flatMap((right) => entriesOf(principal, right));
  const present = await entriesFound(admin, principal);
  const [wantedKeys, presentKeys] = [wanted, present].map((entries) => new Set(entries.map(keyOf)));
  const missing = wanted.filter((entry) => presentKeys?.has(keyOf(entry)) !== true);
  // Before anything is taken back, so that a running service loses nothing that it keeps.
  if (missing.length > 0) await admin.createAcls({ acl: missing });
  const superfluous = present.filter((entry) => wantedKeys?.has(keyOf(entry)) !== true);
  if (superfluous.length > 0) await admin.deleteAcls({ filters: superfluous });
}

function entriesOf(principal: string, { resource, name, pattern, operations }: KafkaRight): AclEntry[] {
  return operations.map((operation) => ({
    resourceType: resource === 'topic' ? AclResourceTypes.TOPIC : AclResourceTypes.GROUP,
    resourceName: name,
    resourcePatternType: pattern === 'literal' ? ResourcePatternTypes.LITERAL : ResourcePatternTypes.PREFIXED,
    principal,
    host: '*',
    operation: AclOperationTypes[operation],
    permissionType: AclPermissionTypes.ALLOW,
  }));
}

async function entriesFound(admin: Admin, principal: string): Promise<AclEntry[]> {
  const { resources } = await admin.describeAcls({
    resourceType: AclResourceTypes.ANY,
    resourcePatternType: ResourcePatternTypes.ANY,
    principal,
    operation: AclOperationTypes.ANY,
    permissionType: AclPermissionTypes.ANY,
  });
  return resources.flatMap(({ acls, resourceType, resourceName, resourcePatternType }) =>
    acls.map((acl) => ({ ...acl, resourceType, resourceName, resourcePatternType })),
  );
}

function keyOf(entry: AclEntry): string {
  const { resourceType, resourceName, resourcePatternType, host, operation, permissionType } = entry;
  return JSON.stringify([resourceType, resourceName, resourcePatternType, host, operation, permissionType]);
}

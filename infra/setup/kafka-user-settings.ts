import { STAGES } from '@hilo/schemas';
import { EnvironmentError, type Setting } from '@hilo/service';
import type { KafkaUsers } from './kafka-users.ts';

const DESTINATIONS = 'HILO_KAFKA_DESTINATION_TOPICS';
const MONITOR = 'HILO_KAFKA_MONITOR';
/** Shorter ones could be guessed offline by somebody who has seen one login. */
const PASSWORD_CHARACTERS = 16;

/**
 * `HILO_KAFKA_RIGHTS=on`: the set-up gives each service's user its rights, and makes the users whose passwords
 * `HILO_<SERVICE>_KAFKA_PASSWORD` name.
 */
export function kafkaUsers(): Setting<KafkaUsers | null> {
  return {
    variable: 'HILO_KAFKA_RIGHTS',
    fallback: 'off',
    read: (value, other) => {
      if (value === 'off') return null;
      if (value !== 'on') throw new Error('must be on or off');
      const passwords = STAGES.flatMap((stage) => {
        const variable = `HILO_${stage.toUpperCase()}_KAFKA_PASSWORD`;
        const password = other(variable);
        if (password === '') return [];
        if (password.length < PASSWORD_CHARACTERS)
          throw new EnvironmentError(`${variable} must have at least ${PASSWORD_CHARACTERS} characters`);
        return [[stage, password] as const];
      });
      const monitor = other(MONITOR);
      if (monitor !== '' && !/^User:.+$/.test(monitor))
        throw new EnvironmentError(`${MONITOR} must be a principal of Kafka, such as User:CN=monitor`);
      return {
        passwords: Object.fromEntries(passwords),
        destinations: listOf(other(DESTINATIONS)).map(outside),
        monitor: monitor === '' ? null : monitor,
      };
    },
  };
}

/** A topic's name, or the beginning of one with a star after it: not of Hilo's own, and not of every topic. */
function outside(name: string): string {
  if (!/^[A-Za-z0-9._-]+\*?$/.test(name) || name.startsWith('_'))
    throw new EnvironmentError(
      `${DESTINATIONS} must be names of topics, or their beginnings with a * after them, such as crm.*`,
    );
  return name;
}

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

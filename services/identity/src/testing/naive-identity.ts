import type { EventAccepted } from '@hilo/schemas';

/** What the naive model says of one event. */
export interface NaiveAnswer {
  readonly profile: string;
  readonly set_aside: readonly string[];
  readonly absorbed: readonly string[];
}

interface Person {
  readonly name: string;
  readonly born: number;
  readonly ids: Set<string>;
}

const LIMITS: Readonly<Record<string, number>> = { user_id: 1, email: 5, anonymous_id: 5 };

/**
 * A naive identity resolution for tests: one list of people, and each event looks at all of them. Knows userId,
 * anonymousId, the email trait and alias. The nth event names the person it creates `n`.
 */
export function naiveIdentity(events: readonly EventAccepted[]): readonly NaiveAnswer[] {
  let people: Person[] = [];
  return events.map((event, index) => {
    const all = namesOf(event, people);
    for (let count = all.length; count > 0; count -= 1) {
      const ids = all.slice(0, count);
      const found = people.filter((person) => ids.some((id) => person.ids.has(id)));
      const union = new Set([...found.flatMap((person) => [...person.ids]), ...ids]);
      if (breaksLimit(union)) continue;
      const [first, ...rest] = found.sort(
        (a, b) => rankOf(a) - rankOf(b) || a.born - b.born || (a.name < b.name ? -1 : 1),
      );
      const survivor = { name: first?.name ?? String(index), born: first?.born ?? event.received_at, ids: union };
      people = [...people.filter((person) => !found.includes(person)), survivor];
      return { profile: survivor.name, set_aside: all.slice(count), absorbed: rest.map(({ name }) => name) };
    }
    throw new Error('the model is for events with identifiers');
  });
}

function namesOf(event: EventAccepted, people: readonly Person[]): readonly string[] {
  const knows = (id: string): boolean => people.some((person) => person.ids.has(id));
  const previous = event.type === 'alias' && event.previous_id !== null ? event.previous_id : null;
  const previousIsUser = previous !== null && knows(`user_id:${previous}`);
  const traits = JSON.parse(event.traits ?? '{}') as { readonly email?: string };
  const names = [
    event.user_id === null ? null : `user_id:${event.user_id}`,
    previousIsUser ? `user_id:${previous}` : null,
    event.type === 'identify' && traits.email !== undefined ? `email:${traits.email}` : null,
    event.anonymous_id === null ? null : `anonymous_id:${event.anonymous_id}`,
    previous === null || previousIsUser ? null : `anonymous_id:${previous}`,
  ];
  return [...new Set(names.filter((name) => name !== null))];
}

function breaksLimit(ids: ReadonlySet<string>): boolean {
  return Object.entries(LIMITS).some(
    ([type, limit]) => [...ids].filter((id) => id.startsWith(`${type}:`)).length > limit,
  );
}

function rankOf(person: Person): number {
  return [...person.ids].some((id) => id.startsWith('user_id:')) ? 0 : 1;
}

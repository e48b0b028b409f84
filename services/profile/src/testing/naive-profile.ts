import type { EventIdentified } from '@hilo/schemas';

/**
 * The traits that identify calls leave, found the slow and obvious way: sort all calls by the order of events, then
 * write each over the ones before. It shares no code with the stage; sources and messageIds are ASCII here.
 */
export function naiveTraits(events: readonly EventIdentified[]): Readonly<Record<string, string>> {
  const traits = new Map<string, string>();
  for (const event of events.toSorted(later)) {
    for (const [name, value] of Object.entries(JSON.parse(event.traits ?? '{}') as Record<string, unknown>)) {
      if (value === null) traits.delete(name);
      else traits.set(name, JSON.stringify(value));
    }
  }
  return Object.fromEntries(traits);
}

function later(a: EventIdentified, b: EventIdentified): number {
  const key = ({ timestamp, received_at, request_position, source, message_id }: EventIdentified) =>
    [
      ...[timestamp, received_at, request_position].map((part) => String(part).padStart(15, '0')),
      source,
      message_id,
    ].join(' ');
  return key(a) < key(b) ? -1 : 1;
}

import { problem } from '@hilo/service';
import type { SaveResult } from '../domain/catalogue.ts';

/** The problem that there is no such segment. */
export function unknown(key: string): Error {
  return problem('not_found', `There is no segment "${key}".`, { field: 'key' });
}

/** Throws if the change could not be saved. */
export function refuse(key: string, result: SaveResult): void {
  switch (result.kind) {
    case 'saved':
    case 'unchanged':
      return;
    case 'unknown':
      throw unknown(key);
    case 'conflict': {
      const now = result.version === 0 ? 'does not exist' : `has version ${result.version}`;
      throw problem('version_conflict', `The segment now ${now}. Read it again.`, { field: 'version' });
    }
    case 'too-many-segments':
      throw problem('limit_reached', `There are ${result.limit} segments already: delete one first.`);
    case 'too-many-series':
      throw problem(
        'limit_reached',
        `All segments together would ask for ${result.needed} different kinds of events; the limit is ${result.limit}. ` +
          'Let conditions ask for the same events with the same "where".',
        { field: 'condition' },
      );
    case 'names-unknown':
      throw problem('invalid_condition', `"in" names "${result.key}", but there is no such segment.`, {
        field: 'condition',
      });
    case 'circle':
      throw problem(
        'invalid_condition',
        `Segments would name each other in a circle: ${result.keys.map((one) => `"${one}"`).join(' → ')}.`,
        { field: 'condition' },
      );
    case 'in-use':
      throw problem(
        'segment_in_use',
        `Other segments name "${key}" with "in": ${result.by.map((one) => `"${one}"`).join(', ')}. Change them first.`,
        { field: 'key' },
      );
  }
}

import type { EventSelector } from '../condition.ts';
import type { DocumentColumns } from './cells.ts';
import type { Parameters } from './parameters.ts';

export const PROPERTIES: DocumentColumns = { values: 'property_values', items: 'property_items' };
export const TRAITS: DocumentColumns = { values: 'trait_values', items: 'trait_items' };

/** The columns with the document of the events that a selector means. */
export function columnsOf(selector: EventSelector): DocumentColumns {
  return readsTraits(selector) ? TRAITS : PROPERTIES;
}

/** True for calls that carry traits and no properties. */
export function readsTraits(selector: EventSelector): boolean {
  return typeof selector !== 'string' && 'type' in selector && ['identify', 'group'].includes(selector.type);
}

/** Whether a row's event is meant. */
export function isMeant(selector: EventSelector, parameters: Parameters): string {
  if (typeof selector === 'string') return `(type = 'track' AND ifNull(event = ${parameters.text(selector)}, 0))`;
  if ('startsWith' in selector) {
    return `(type = 'track' AND ifNull(startsWith(event, ${parameters.text(selector.startsWith)}), 0))`;
  }
  if ('any' in selector) return `(type IN ('track', 'page', 'screen'))`;
  const type = `type = ${parameters.text(selector.type)}`;
  if (selector.name === undefined) return `(${type})`;
  const column = selector.type === 'group' ? 'group_id' : 'name';
  return `(${type} AND ifNull(${column} = ${parameters.text(selector.name)}, 0))`;
}

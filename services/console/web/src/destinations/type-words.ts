import type { Language } from '../language/messages.ts';
import type { Destination, DestinationType } from './destination-api.ts';

/** What a type of destination says in a language: its title, what it is for, and the words of its fields by their names. */
export type TypeWords = DestinationType['translations']['es'];

/** The words of a type: English is in the type itself, other languages are its translations. */
export function typeWords(type: DestinationType, language: Language): TypeWords {
  if (language !== 'en') return type.translations[language];
  return { title: type.title, description: type.description, fields: type.fields.properties };
}

/** Where a destination leads: the value of its first field. Empty: this console does not know its type. */
export function leadsTo(type: DestinationType | undefined, settings: Destination['settings']): string {
  const [first = ''] = Object.keys(type?.fields.properties ?? {});
  return settingText(settings[first]);
}

/** A setting as text; a list one item a line. */
export function settingText(value: Destination['settings'][string] | undefined): string {
  if (value === undefined) return '';
  return typeof value === 'object' ? value.join('\n') : String(value);
}

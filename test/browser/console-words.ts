import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Look } from './console-page.ts';

const PAGES = join(import.meta.dirname, '../../services/console/web/src');

/** Folders of the console's pages that have texts. */
const PLACES = [
  ...[
    'shell',
    'elements',
    'home',
    'health',
    'events',
    'people',
    'sources',
    'profiles',
    'segments',
    'segments/builder',
    'segments/preview',
    'segments/templates',
  ],
  ...['segments/domain', 'segments/why', 'lists', 'destinations', 'rejected', 'explore', 'dashboards', 'audit'],
  ...['sign-in', 'new-password', 'account'],
] as const;

type Text = string | ((...values: readonly (string | number)[]) => string);
type Texts = Readonly<Record<string, Text>>;

/** Returns a text of the console: `shell.segments` is `segments` in `shell/messages.ts`. Throws if there is none. */
export type Words = (name: string, ...values: readonly (string | number)[]) => string;

/** The console's own texts in a language, so that no test repeats them. */
export async function consoleWords(language: Look['language']): Promise<Words> {
  const places = new Map<string, Texts>();
  for (const place of PLACES) places.set(place, await textsOf(place, language));
  return (name, ...values) => {
    const [place = '', key = ''] = name.split('.');
    const text = places.get(place)?.[key];
    if (text === undefined) throw new Error(`the console has no text ${name}`);
    return typeof text === 'string' ? text : text(...values);
  };
}

async function textsOf(place: string, language: Look['language']): Promise<Texts> {
  const address = pathToFileURL(join(PAGES, place, 'messages.ts')).href;
  const module = (await import(/* @vite-ignore */ address)) as Readonly<Record<string, unknown>>;
  const spoken = Object.values(module).find((one): one is Readonly<Record<Look['language'], Texts>> => {
    return typeof one === 'object' && one !== null && 'en' in one && 'es' in one;
  });
  if (spoken === undefined) throw new Error(`${address} has no texts`);
  return spoken[language];
}

import { globSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const SOURCES = join(import.meta.dirname, '..');
const files = globSync('**/messages.ts', { cwd: SOURCES }).filter((file) => file !== join('language', 'messages.ts'));

type Catalogue = Readonly<Record<string, unknown>>;

/** Catalogues of a file: its exports that have both languages. */
async function cataloguesOf(file: string): Promise<readonly { readonly en: Catalogue; readonly es: Catalogue }[]> {
  const exported = (await import(join(SOURCES, file))) as Readonly<Record<string, unknown>>;
  return Object.values(exported).flatMap((value) =>
    typeof value === 'object' && value !== null && 'en' in value && 'es' in value
      ? [value as { en: Catalogue; es: Catalogue }]
      : [],
  );
}

/** What a text says with names in place of its values. */
function said(message: unknown): string {
  if (typeof message !== 'function') return String(message);
  const names = Array.from({ length: message.length }, (_, index) => `{${index}}`);
  return String((message as (...values: string[]) => string)(...names));
}

describe('the texts of the console', () => {
  it('are found', () => {
    expect(files.length).toBeGreaterThan(5);
  });

  it.each(files)('have the same keys in both languages, and none is empty: %s', async (file) => {
    const catalogues = await cataloguesOf(file);
    expect(catalogues.length).toBeGreaterThan(0);
    for (const { en, es } of catalogues) {
      expect(Object.keys(es).sort()).toEqual(Object.keys(en).sort());
      for (const [key, message] of [...Object.entries(en), ...Object.entries(es)])
        expect(said(message).trim(), key).not.toBe('');
    }
  });

  it.each(files)('take the same values in both languages, and use them all: %s', async (file) => {
    for (const { en, es } of await cataloguesOf(file)) {
      for (const [key, message] of Object.entries(en)) {
        const other = es[key];
        expect(typeof other, key).toBe(typeof message);
        if (typeof message !== 'function' || typeof other !== 'function') continue;
        expect(placesIn(said(other)), key).toEqual(placesIn(said(message)));
      }
    }
  });
});

function placesIn(text: string): readonly string[] {
  return [...text.matchAll(/\{\d\}/g)].map(([place]) => place).sort();
}

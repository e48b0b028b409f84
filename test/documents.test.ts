import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { avoidedIn, avoidedNamesIn } from './prose-rules.ts';

const root = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const found = (...patterns: string[]) =>
  globSync(patterns, { cwd: root, exclude: (name) => ['node_modules', 'dist', '.cache'].includes(name) })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => !/(^|\/)(node_modules|dist|\.cache)\//.test(path))
    .sort();

const pages = found('*.md', 'docs/**/*.md', 'infra/**/*.md');
const code = found('{schemas,packages,services,infra,test}/**/*.{ts,tsx,mjs,sql}');

/** Anchors of a page's headings, as GitHub makes them. */
function anchorsOf(page: string): Set<string> {
  return new Set(
    [...page.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
      title
        .toLowerCase()
        .replaceAll(/[^\w\s-]/g, '')
        .replaceAll(' ', '-'),
    ),
  );
}

/** Links of a page that lead nowhere in this repository. */
function deadLinks(path: string): string[] {
  return [...read(path).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^https?:/.test(target))
    .filter((target) => {
      const [file = '', anchor] = target.split('#');
      const page = file === '' ? path : join(dirname(path), file);
      if (!existsSync(join(root, page))) return true;
      return anchor !== undefined && statSync(join(root, page)).isFile() && !anchorsOf(read(page)).has(anchor);
    });
}

test('every link of a page leads somewhere', () => {
  expect(pages.length).toBeGreaterThan(50);
  expect(pages.flatMap((path) => deadLinks(path).map((target) => `${path}: ${target}`))).toEqual([]);
});

test('every "design §n" in the code is a section of docs/design.md', () => {
  const sections = new Set([...read('docs/design.md').matchAll(/^## (\d+)\. /gm)].map(([, number]) => number));
  const named = code.flatMap((path) => [...read(path).matchAll(/§(\d+)/g)].map(([, number]) => ({ path, number })));
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter(({ number }) => !sections.has(number))).toEqual([]);
});

describe('words', () => {
  test('pages use the words of the glossary', () => {
    const prose = pages.map((path) => [path, read(path).split('## Words to avoid')[0] ?? ''] as const);
    expect(prose.flatMap(([path, text]) => avoidedIn(path, text))).toEqual([]);
  });

  /** These give examples of what they forbid; the types are generated from the schemas' own texts. */
  const exempt = new Set([
    ...['test/prose-rules.ts', 'test/documents.test.ts', 'test/house-rules.ts', 'test/tidy.test.ts'],
    ...['test/specification/mutations.ts', 'schemas/src/types.ts'],
  ]);
  // A migration that has run somewhere never changes, its comments neither.
  const written = code.filter((path) => !exempt.has(path) && !path.endsWith('.sql'));

  test('comments and texts use them, too', () => {
    expect(written.flatMap((path) => avoidedIn(path, read(path)))).toEqual([]);
  });

  test('and so do names in code', () => {
    expect(written.flatMap((path) => avoidedNamesIn(path, read(path)))).toEqual([]);
  });

  test.each([
    ['a.md', 'The door answers 503.', 'ingest endpoint'],
    ['a.ts', "const text = 'Kafka is away for now';", 'unavailable'],
    ['a.ts', '/** Replays the letters of a stage. */', 'dead letter'],
    ['a.sql', '-- A letter of the stage.', 'dead letter'],
    ['a.md', 'as much waits for Kafka as may', 'the limit'],
    ['a.md', 'Who lost it gives a new one.', 'if you lose it'],
    ['a.md', 'what is copied from there', 'the noun'],
    ['a.md', 'a member that is no more.', 'has ended'],
    ['a.md', 'It can not be read.', 'cannot'],
    ['a.md', 'A hand-over is late.', 'handover'],
    ['services/a/src/x.ts', '/** What the webhook was told. */', 'the exact verb'],
    ['packages/a/src/x.ts', "const help = 'A gauge tells the size.';", 'the exact verb'],
    ['packages/a/src/x.test.ts', "it('tells nothing of it', () => {});", 'the exact verb'],
    ['services/a/src/x.ts', '// The desk of a destination.', 'the name in the glossary'],
  ])('%s: %j is found', (path, text, word) => {
    expect(avoidedIn(path, text).join('\n')).toContain(word);
  });

  test.each([
    ['a.md', 'A dead letter keeps its bytes; `letters` is a field.'],
    ['a.ts', 'const letters = door(away);'],
    ['a.md', 'no more than ten; throw it away; 8 to 200 letters, digits and hyphens'],
    ['a.ts', "const help = 'The first is a letter or digit.'; // Its parts can be told apart."],
  ])('%s: %j is left alone', (path, text) => {
    expect(avoidedIn(path, text)).toEqual([]);
  });

  test.each([
    ['class StoreAwayError extends Error {}', 'unavailable'],
    ['if (isAway(error)) return away;', 'unavailable'],
    ['readonly #door: Door;', 'ingest endpoint'],
    ['const doorMetrics = open();', 'ingest endpoint'],
    ['readonly toldMs: number;', 'report'],
    ['const told = await consumer.told(partitions);', 'report'],
    ['function tellLag() {}', 'report'],
    ['interface LetterReplay {}', 'dead letter'],
    ['const letterReplay = 1;', 'dead letter'],
    ['const desk = this.#deskOf(key);', 'the glossary'],
    ['interface DoneParts {}', 'dependencies'],
    ['this.#parts = parts;', 'dependencies'],
  ])('the name in %j is found', (text, word) => {
    expect(avoidedNamesIn('a.ts', text).join('\n')).toContain(word);
  });

  test('names of the wire, of JavaScript and of the right word are left alone', () => {
    const text = `const { told_at } = deadLetterOf(isDeadLetter); format.formatToParts(1); // doorMetrics
      const letters = 'toldMs', parts = [], desktop = outlay, DeadLetters = towards;`;
    expect(avoidedNamesIn('a.ts', text)).toEqual([]);
  });
});

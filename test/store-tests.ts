import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { importsOf } from './house-rules.ts';

/** What opens a store, or a whole stack with its stores; and what needs Prometheus. */
const OPENERS =
  /\b(open(Embedded|Secure)?Stores|openSecureKafka|brokerStore|postgresStore|openStack|sharedStack|EmbeddedStores|prometheusProgram)[<(]|\bStatementTrial\./;

/**
 * Of these test files, those that open a store, themselves or by a file of theirs that they import. They are found by what they
 * say, so that no list has to be kept; `openStores` refuses to work in any other test.
 */
export function storeTests(root: string, tests: readonly string[]): readonly string[] {
  const known = new Map<string, boolean>();
  const opens = (path: string): boolean => {
    const before = known.get(path);
    if (before !== undefined) return before;
    // A circle says nothing new about itself.
    known.set(path, false);
    const text = readFileSync(join(root, path), 'utf8');
    const isOpener = OPENERS.test(text) || ownImports(root, path, text).some(opens);
    known.set(path, isOpener);
    return isOpener;
  };
  return tests.filter(opens);
}

/** The test files of these folders and all below, but for what a build has made. */
export function testFiles(root: string, pattern: string): readonly string[] {
  return globSync(pattern, { cwd: root, exclude: (name) => ['node_modules', 'dist', '.cache'].includes(name) })
    .map((path) => path.replaceAll('\\', '/'))
    .sort();
}

/** A type opens nothing. */
function ownImports(root: string, path: string, text: string): readonly string[] {
  return importsOf({ path, text: text.replaceAll(/^import type [^;]*;/gm, '') })
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => normalize(join(dirname(path), specifier)))
    .filter((target) => target.endsWith('.ts') && existsSync(join(root, target)));
}

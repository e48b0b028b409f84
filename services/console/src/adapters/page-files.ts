import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A file of the page, whole, with its media type. */
export interface PageFile {
  readonly type: string;
  readonly body: string;
}

/** The page's files by name; `page.html` is the page itself. */
export type PageFiles = ReadonlyMap<string, PageFile>;

/** `page/` lies beside `src/` and `dist/`. */
const PAGE_FOLDER = join(import.meta.dirname, '../../page');

const SOURCES = [
  ['page.html', 'page.html', 'text/html; charset=utf-8'],
  ['page.css', 'page.css', 'text/css; charset=utf-8'],
  ['page.js', 'dist/page.js', 'text/javascript; charset=utf-8'],
  ['render.js', 'dist/render.js', 'text/javascript; charset=utf-8'],
  ['overview.js', 'dist/overview.js', 'text/javascript; charset=utf-8'],
] as const;

/** Reads the page once, at start. Throws when it was not built. */
export function readPageFiles(): PageFiles {
  return new Map(
    SOURCES.map(([name, path, type]) => [name, { type, body: readFileSync(join(PAGE_FOLDER, path), 'utf8') }]),
  );
}

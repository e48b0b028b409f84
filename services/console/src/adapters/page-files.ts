import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, sep } from 'node:path';
import { gzipSync } from 'node:zlib';

/** A page file, whole, with its media type. */
export interface PageFile {
  readonly type: string;
  readonly body: Buffer;
  /** The same, compressed; null if that saves nothing. */
  readonly packed: Buffer | null;
}

/** The page files by path, such as `/assets/index-Bx3_f0aQ.js`. */
export type PageFiles = ReadonlyMap<string, PageFile>;

/** Path of the file that serves every page. */
export const INDEX = '/index.html';

/** The output of `npm run build` of `web/`, which lies beside `src/` and `dist/`. */
export const PAGES_FOLDER = join(import.meta.dirname, '../../web/dist');

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

const PACKED_ALREADY = new Set(['.png', '.ico', '.woff2']);

/** Reads the built pages once, at start; none if they are not built. Skips files of other types. */
export function readPageFiles(folder: string): PageFiles {
  if (!existsSync(folder)) return new Map();
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return new Map(
    paths.flatMap((path) => {
      const type = TYPES[extname(path)];
      if (type === undefined) return [];
      const body = readFileSync(join(folder, path));
      return [[`/${path.split(sep).join('/')}`, { type, body, packed: pack(path, body) }] as const];
    }),
  );
}

function pack(path: string, body: Buffer): Buffer | null {
  if (PACKED_ALREADY.has(extname(path))) return null;
  const packed = gzipSync(body, { level: 9 });
  return packed.length < body.length ? packed : null;
}

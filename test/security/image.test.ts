import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const lines = (path: string) => readFileSync(join(root, path), 'utf8').split('\n');
const dockerfile = lines('infra/docker/Dockerfile');
/** What the image is made of in the end: the last stage alone. */
const last = dockerfile.slice(dockerfile.findLastIndex((line) => line.startsWith('FROM ')));

it('the image has no history, no tests and no settings of a developer', () => {
  const ignored = new Set(lines('.dockerignore'));
  for (const path of ['.git', '.hilo', '.cache', '.env', '**/node_modules']) expect(ignored).toContain(path);
  const copies = last.filter((line) => /^(COPY|ADD) /.test(line));
  expect(copies.length).toBeGreaterThan(3);
  // Each names what it copies, from a stage that has removed tests, examples and development dependencies.
  for (const copy of copies) expect(copy).toMatch(/^COPY --from=\w+ (--\w+=\S+ )*\/hilo\/(?!test)[\w./-]+ /);
  const built = dockerfile.join('\n');
  expect(built).toMatch(/rm -rf [^&]*\btest\b[^&]*\binfra\/demo\/data\b/);
  expect(built).toMatch(/npm (ci|install) --omit=dev/);
});

it('the image runs for production, not as root', () => {
  expect(last).toContain('ENV NODE_ENV=production');
  const users = last.flatMap((line) => /^USER (\d+)/.exec(line)?.[1] ?? []);
  expect(users.at(-1)).toMatch(/^[1-9]\d*$/);
});

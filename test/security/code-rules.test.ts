import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { unsafeIn } from './code-rules.ts';

const root = join(import.meta.dirname, '../..');
const files = globSync('{schemas,packages,services,infra}/**/*.{ts,tsx,mjs}', {
  cwd: root,
  exclude: (name) => ['node_modules', 'dist', '.cache'].includes(name),
})
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => !/\.test\.tsx?$/.test(path))
  .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));

/** Rules by the words with which they begin, each with code that breaks it. */
const BREACHES: readonly (readonly [path: string, text: string, rule: string])[] = [
  ['services/console/web/src/a.tsx', '<p dangerouslySetInnerHTML={{ __html: name }} />', 'pages show text as text'],
  ['services/console/web/src/a.tsx', 'element.innerHTML = name;', 'pages show text as text'],
  ['services/console/web/src/a.ts', "window.addEventListener('message', read);", 'pages neither send'],
  ['services/console/web/src/a.ts', 'frame.postMessage(token);', 'pages neither send'],
  ['services/console/web/src/a.ts', "sessionStorage.setItem('token', token);", 'a browser remembers'],
  ['services/console/web/src/a.ts', 'document.cookie = token;', 'a browser remembers'],
  ['services/console/web/src/a.tsx', '<input type="password" />', 'a password is masked'],
  ['services/console/web/src/a.tsx', '<PasswordField label={t.password} value={password} />', 'a password is masked'],
  ['services/console/web/src/a.tsx', '<PasswordField onPaste={stop} autoComplete="off" />', 'a password is masked'],
  ['services/console/web/src/a.tsx', '<script src="https://cdn.example/a.js" />', 'pages take nothing'],
  ['services/a/src/x.ts', 'return eval(text);', 'no code is made from text'],
  ['packages/a/src/x.ts', 'return new Function(text)();', 'no code is made from text'],
  ['services/a/src/x.ts', "import { spawn } from 'node:child_process';", 'services start no processes'],
  ['infra/x.ts', "spawn('tar', [name], { shell: true });", 'a program is started with a list'],
  ['infra/x.ts', 'execSync(`tar ${name}`);', 'a program is started with a list'],
  ['services/a/src/x.ts', 'const token = Math.random().toString(36);', 'what must not be guessed'],
  ['services/a/src/x.ts', 'connect({ rejectUnauthorized: false });', 'certificates are checked'],
  ['services/a/src/x.ts', 'const answer = await fetch(url, { headers });\nconst other = 1;', 'a call between services'],
  ['services/a/src/x.ts', 'logger.warn({ reason }, `no profile ${id}`);', 'a log message is a constant'],
  ['services/a/src/x.ts', "import { parse } from 'yaml';", 'no XML, YAML'],
];

it('the product keeps the rules for safe code', () => {
  expect(files.length).toBeGreaterThan(400);
  expect(files.flatMap((file) => unsafeIn(file))).toEqual([]);
});

describe('a rule for safe code', () => {
  it.each(BREACHES)('finds in %s: %j', (path, text, rule) => {
    expect(unsafeIn({ path, text }).join('\n')).toContain(`${path}: ${rule}`);
  });

  it.each([
    ['services/console/web/src/language/language.tsx', "localStorage.setItem('language', wanted);"],
    ['services/console/web/src/a.tsx', '<p>{name}</p>'],
    ['services/a/src/x.ts', "const answer = await fetch(url, {\n  headers,\n  redirect: 'error',\n});"],
    ['services/a/src/x.ts', "logger.warn({ reason }, 'a profile is missing');"],
    ['infra/x.ts', "execFile('tar', [name]);\nFORM.exec(text);"],
  ])('leaves alone %s: %j', (path, text) => {
    expect(unsafeIn({ path, text })).toEqual([]);
  });
});

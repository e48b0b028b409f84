import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { STAGES, TOPICS } from '@hilo/schemas';
import { SERVICE_CALLS } from '@hilo/service';
import { describe, expect, it } from 'vitest';
import { CONTRACTS } from '../openapi/contracts.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const page = read('docs/security-design.md');

/** Not a path that the compiler follows: it lies in another project. */
const RIGHTS_FILE = 'services/console/src/domain/rights.ts';

interface Rights {
  readonly AREAS: readonly string[];
  readonly ROLES: readonly string[];
  readonly RIGHTS: Readonly<Record<string, Readonly<Record<string, string | null>>>>;
}

/** The rows of the first table behind a heading, each as its cells. */
function rowsOf(heading: string): readonly (readonly string[])[] {
  const [, rest = ''] = page.split(`\n${heading}\n`);
  const [section = ''] = rest.split(/\n#{2,3} /);
  const lines = section.split('\n').filter((line) => line.startsWith('| '));
  return lines.slice(1).map((line) => line.slice(2, -2).split(' | '));
}

/** Texts between backticks. */
const namesIn = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);

const sources = globSync('{schemas,packages,services,infra}/**/*.{ts,tsx,mjs}', {
  cwd: root,
  exclude: (name) => ['node_modules', 'dist', '.cache'].includes(name),
})
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => !/\.test\.tsx?$|\/testing\//.test(path))
  .map((path) => ({ path, text: read(path) }));

const DIGESTS: Readonly<Record<string, string>> = { sha1: 'SHA-1', sha256: 'SHA-256', sha512: 'SHA-512', md5: 'MD5' };
const digest = (name = '') => DIGESTS[name] ?? name;

/** What a file uses of cryptography, by the names of the page. */
function cryptographyOf(text: string): ReadonlySet<string> {
  const uses = (pattern: RegExp, name: string) => (pattern.test(text) ? [name] : []);
  return new Set([
    ...[...text.matchAll(/\bcreateHash\(\s*'(\w+)'/g)].map(([, name]) => digest(name)),
    ...[...text.matchAll(/\bcreateHmac\(\s*'(\w+)'/g)].map(([, name]) => `HMAC-${digest(name)}`),
    ...(/\bcreate(?:C|Dec)ipheriv\(/.test(text) ? [...text.matchAll(/'(aes-[\w-]+|chacha\w*)'/g)] : []).map(
      ([, name = '']) => name.toUpperCase(),
    ),
    ...[...text.matchAll(/\bhkdf(?:Sync)?\(\s*'(\w+)'/g)].map(([, name]) => `HKDF-${digest(name)}`),
    ...uses(/\b(scrypt|scryptSync)\(/, 'scrypt'),
    ...uses(/\bpbkdf2(Sync)?\(/, 'PBKDF2'),
    ...uses(/\b(new SignJWT|jwtVerify|generateKeyPairSync)\(/, 'Ed25519'),
    ...uses(/\b(generateKey|generateKeyPair|createSign|createVerify|createECDH|sign|verify)\(\s*['"]/, 'keys'),
    ...uses(/\b(randomBytes|randomInt|getRandomValues)\(/, 'random bytes'),
    ...uses(/import \{[^}]*\brandomUUID\b[^}]*\} from 'node:crypto'/, 'random UUID'),
  ]);
}

describe('docs/security-design.md', () => {
  const algorithms = rowsOf('## Algorithms').map(([algorithm = '', bits = '', what = '', files = '']) => ({
    ...{ algorithm, bits, what },
    files: namesIn(files),
  }));

  it('every use of cryptography is in the inventory, and nothing else', () => {
    const listed = algorithms.flatMap(({ algorithm, files }) => files.map((path) => `${algorithm}: ${path}`));
    const used = sources.flatMap(({ path, text }) => [...cryptographyOf(text)].map((name) => `${name}: ${path}`));
    expect(used.length).toBeGreaterThan(30);
    expect([...new Set(listed)].sort()).toEqual(used.sort());
  });

  it('algorithms for secrets have at least 128 bits', () => {
    for (const { algorithm, bits, what } of algorithms) {
      if (what.includes('not secret')) continue;
      expect([
        'SHA-256',
        'HMAC-SHA-256',
        'HMAC-SHA-1',
        'AES-256-GCM',
        'Ed25519',
        'HKDF-SHA-256',
        'PBKDF2',
        'scrypt',
        'random bytes',
      ]).toContain(algorithm);
      if (algorithm === 'HMAC-SHA-1') expect(what).toContain('RFC 6238');
      // What OWASP asks of a secret that is looked up and works once.
      const least = what.startsWith('recovery codes') ? 112 : 128;
      expect(Math.min(...bits.split(', ').map(Number)), `${algorithm} for ${what}`).toBeGreaterThanOrEqual(least);
    }
  });

  it('every secret that a service reads is in the table of keys', () => {
    const variables = sources
      .filter(({ path }) => !path.startsWith('infra/'))
      .flatMap(({ text }) => [
        ...text.matchAll(/'(HILO_\w*(?:PASSWORD|TOKEN|SECRET|_KEYS?|POSTGRES_URL|SMTP_URL|_HEADERS))'/g),
      ])
      .map(([, name = '']) => name);
    const listed = rowsOf('## Keys').flatMap(([cell]) => namesIn(cell).filter((name) => name.startsWith('HILO_')));
    expect(new Set(listed)).toEqual(new Set(variables));
  });

  it('every address that a service is given is in the table of connections', () => {
    const variables = sources
      .flatMap(({ text }) => [...text.matchAll(/'(HILO_\w*(?:_URL|_BROKERS|_ISSUER|_NETWORKS))'/g)])
      .map(([, name = '']) => name);
    const listed = rowsOf('## Connections').flatMap((cells) => namesIn(cells[3]));
    expect(new Set(listed.filter((name) => name.startsWith('HILO_')))).toEqual(new Set(variables));
  });

  it('the table of calls between services is that of the code, and each route is one of the called service', () => {
    const rows = rowsOf('### Calls between services').flatMap(([from = '', to = '', routes = '']) =>
      to
        .split(', ')
        .map((called) => ({ from, called, routes: namesIn(routes).length === 0 ? routes : namesIn(routes) })),
    );
    const calls = Object.entries(SERVICE_CALLS).flatMap(([from, ofCaller]) =>
      Object.entries(ofCaller).map(([called, routes]: [string, unknown]) => ({ from, called, routes })),
    );
    expect(new Set(rows)).toEqual(new Set(calls));
    for (const { called, routes } of rows) {
      const served = Object.values(CONTRACTS[called]?.routes ?? {}).map(({ method, path }) => `${method} ${path}`);
      if (typeof routes !== 'string') expect(served, called).toEqual(expect.arrayContaining(routes));
    }
  });

  it('every table and topic has a class', () => {
    const tablesOf = (folder: string, prefix: string) =>
      globSync(`${folder}/*.sql`, { cwd: root })
        .flatMap((path) => [...read(path).matchAll(/\bCREATE TABLE (?:IF NOT EXISTS )?(?:hilo\.)?(\w+)/g)])
        .map(([, name = '']) => `${prefix}.${name}`);
    const services = globSync('infra/postgres/*', { cwd: root }).map((folder) => folder.replaceAll('\\', '/'));
    const tables = [
      ...services.flatMap((folder) => tablesOf(folder, folder.split('/').at(-1) ?? '')),
      ...tablesOf('packages/streaming/postgres', '<stage>'),
      ...tablesOf('packages/service/postgres', '<service>'),
      ...tablesOf('infra/clickhouse', 'hilo'),
    ];
    const kinds = new RegExp(`^(${STAGES.join('|')})(?=\\.(dead-letter|replay|handover)$)`);
    const topics = TOPICS.map(({ name }) => name.replace(kinds, '<stage>'));
    const rows = rowsOf('## Data').slice(rowsOf('## Data').findIndex(([cell]) => cell === 'table or topic') + 1);
    const listed = rows.flatMap(([cell]) => namesIn(cell));
    expect(listed.length).toBe(new Set(listed).size);
    expect(listed.sort()).toEqual([...new Set([...tables, ...topics])].sort());
    for (const [names, data = '', kept = ''] of rows) {
      expect(data, names).toMatch(/^(secret|personal|operational)(, (secret|personal|operational))*$/);
      expect(kept, names).not.toBe('');
    }
  });

  it('the table of roles is what the code allows', async () => {
    const { AREAS, RIGHTS, ROLES } = (await import(join(root, RIGHTS_FILE))) as Rights;
    const rows = rowsOf('## Rights');
    const allowed = AREAS.map((area) => [area, ...ROLES.map((role) => RIGHTS[role]?.[area] ?? '–')]);
    expect(rows.map((cells) => cells.map((cell) => cell.trim()))).toEqual(allowed);
  });

  it('limits are documented with the number that the code has', () => {
    const lines = rowsOf('## Limits').flatMap(([, , cell]) => namesIn(cell));
    expect(lines.length).toBeGreaterThan(15);
    for (const line of lines) {
      const [path = '', text = ''] = line.split(' › ');
      expect(existsSync(join(root, path)), path).toBe(true);
      expect(read(path), line).toContain(text);
    }
  });

  it('words that count as guessed in passwords are those of the code', () => {
    const code = read('services/console/src/domain/password-strength.ts');
    const [, list = ''] = /CONTEXT_WORDS = \[([^;]+)\] as const;/.exec(code) ?? [];
    const words = [...list.matchAll(/'([^']+)'/g)].map(([, word = '']) => word);
    expect(words.length).toBeGreaterThan(10);
    const [, ways = ''] = page.split('\n## Ways in\n');
    for (const word of words) expect(ways.split('\n## ')[0]).toContain(`*${word}*`);
  });

  it('every kind of entry of the audit log is in the table of logs', () => {
    const [, list = ''] = /AUDIT_VERBS = \[([^\]]+)\]/.exec(read('services/console/src/domain/audit-verb.ts')) ?? [];
    const verbs = [...list.matchAll(/'(\w+)'/g)].map(([, verb = '']) => verb);
    expect(verbs.length).toBeGreaterThan(3);
    const [, logs = ''] = page.split('\n## Logs\n');
    for (const verb of verbs) expect(logs.split('\n## ')[0]).toContain(`\`${verb}\``);
  });
});

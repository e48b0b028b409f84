/** A source file: its path from the root of the repository, and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

interface Rule {
  readonly breach: string;
  /** Paths the rule holds for. */
  readonly where: (path: string) => boolean;
  readonly breaks: (file: SourceFile) => boolean;
}

const LINES_MAX = 400;
const DRAWERS = new Set(['common', 'utils', 'util', 'helpers', 'helper', 'shared', 'lib', 'misc']);
const VAGUE_WORDS = new Set(['manager', 'impl']);
/** What a pure piece may take from Node: no I/O, no clock. */
const PURE_NODE = new Set(['node:crypto', 'node:buffer', 'node:util', 'node:assert']);
const IMPORT = /(?:^|\n)\s*(?:import|export)\s(?:[^'"`;]*?\sfrom\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/g;

const isTest = (path: string) => /\.test\.tsx?$/.test(path) || path.includes('/testing/');
const isCode = (path: string) => /\.(tsx?|mjs)$/.test(path);
const inService = (path: string) => path.startsWith('services/');
const inDomain = (path: string) => /\/domain\//.test(path) && !isTest(path);
const matches = (pattern: RegExp) => (file: SourceFile) => pattern.test(file.text);

/** What a file imports, as written. */
function importsOf({ text }: SourceFile): string[] {
  return [...text.matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? '');
}

/** Whether a relative import leads out of the file's first `depth` folders. */
function leaves(depth: number, { path, text }: SourceFile): boolean {
  const home = path.split('/').slice(0, depth).join('/');
  return importsOf({ path, text }).some((specifier) => {
    if (!specifier.startsWith('.')) return false;
    const target = new URL(specifier, `file:///${path}`).pathname.slice(1);
    return !target.startsWith(`${home}/`);
  });
}

/** Whether a file imports packages of ours beyond `allowed`; tests may also reach their stack. */
function importsOther(allowed: readonly string[], file: SourceFile): boolean {
  const mine = isTest(file.path) ? [...allowed, '@hilo/test-stack'] : allowed;
  return importsOf(file).some((specifier) => specifier.startsWith('@hilo/') && !mine.includes(specifier));
}

const RULES: readonly Rule[] = [
  {
    breach: 'a service imports only schemas, packages and itself',
    where: inService,
    breaks: (file) =>
      leaves(2, file) || importsOther(['@hilo/exact-json', '@hilo/schemas', '@hilo/streaming', '@hilo/service'], file),
  },
  {
    breach: 'schemas import nothing of ours',
    where: (path) => path.startsWith('schemas/'),
    breaks: (file) => leaves(1, file) || importsOther([], file),
  },
  {
    breach: 'packages/streaming imports schemas only',
    where: (path) => path.startsWith('packages/streaming/'),
    breaks: (file) => leaves(2, file) || importsOther(['@hilo/schemas'], file),
  },
  {
    breach: 'packages/exact-json imports nothing of ours',
    where: (path) => path.startsWith('packages/exact-json/'),
    breaks: (file) => leaves(2, file) || importsOther([], file),
  },
  {
    breach: 'packages/service imports exact-json, schemas and streaming only',
    where: (path) => path.startsWith('packages/service/'),
    breaks: (file) => leaves(2, file) || importsOther(['@hilo/exact-json', '@hilo/schemas', '@hilo/streaming'], file),
  },
  {
    breach: 'domain code knows no framework, no driver and no I/O',
    where: inDomain,
    breaks: (file) =>
      importsOf(file).some(
        (specifier) =>
          /^(@nestjs\/|fastify|pg$|kafkajs|prom-client|pino|@clickhouse\/)/.test(specifier) ||
          (specifier.startsWith('node:') && !PURE_NODE.has(specifier)) ||
          /(^|\/)(adapters|http)\//.test(specifier),
      ),
  },
  {
    breach: 'domain code reads no clock and rolls no dice',
    where: inDomain,
    breaks: matches(/\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(|\bMath\.random\(|\brandomUUID\(/),
  },
  {
    breach: 'config.ts is the one reader of the environment in a service',
    where: (path) => inService(path) && !path.endsWith('/config.ts') && !isTest(path),
    breaks: matches(/\bprocess\.env\b/),
  },
  {
    breach: 'the type system is not talked over (any, ts-ignore)',
    where: isCode,
    breaks: matches(/\bas any\s*[;,)\].]|<any>|@ts-(ignore|nocheck|expect-error)/),
  },
  { breach: 'nothing is left for later', where: () => true, breaks: matches(/\b(TODO|FIXME|XXX|HACK)\b/) },
  {
    breach: `a file has at most ${LINES_MAX} lines`,
    where: (path) => isCode(path) && path !== 'schemas/src/types.ts',
    breaks: ({ text }) => text.split('\n').length > LINES_MAX + 1,
  },
  {
    breach: 'tests are neither skipped nor singled out',
    where: isTest,
    breaks: matches(/\b(test|it|describe|suite)(\.\w+)*\.(only|skip|todo|skipIf|runIf|fails)\b/),
  },
  {
    breach: 'names are kebab-case and say what is inside',
    where: isCode,
    breaks: ({ path }) => {
      const names = path.split('/');
      const file = (names.at(-1) ?? '').replace(/(\.(test|module|vitest|config|d))*\.(tsx?|mjs)$/, '');
      return (
        !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(file) ||
        [...names.slice(0, -1), file].some((name) => DRAWERS.has(name)) ||
        file.split('-').some((word) => VAGUE_WORDS.has(word))
      );
    },
  },
  {
    breach: 'no path of one machine is in the repository',
    where: () => true,
    breaks: matches(/(^|[\s'"`(=])\/(root|work|home\/[a-z]+)\//m),
  },
];

/** What is wrong with a file by the rules of the house: `<path>: <rule>` for each. */
export function breachesOf(file: SourceFile): string[] {
  return RULES.filter((rule) => rule.where(file.path) && rule.breaks(file)).map(
    (rule) => `${file.path}: ${rule.breach}`,
  );
}

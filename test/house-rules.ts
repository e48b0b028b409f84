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
const STREAMING = 'packages/streaming/';
const STREAMING_LINES_MAX = 300;
const BEHAVIOUR = 'packages/behaviour/';
/** The rooms of packages/streaming in order: each imports only from itself and from those before it. `.` is `src` itself. */
const ROOMS = [
  ...['language', 'ports', 'read', 'fold', 'commit', 'effects', 'partitions', 'time', 'reporting'],
  ...['stage', 'loader', 'adapters', '.', 'testing'],
];
const DRAWERS = new Set(['common', 'utils', 'util', 'helpers', 'helper', 'shared', 'lib', 'misc']);
const VAGUE_WORDS = new Set(['manager', 'impl']);
/** What a pure piece may take from Node: no I/O, no clock. */
const PURE_NODE = new Set(['node:crypto', 'node:buffer', 'node:util', 'node:assert']);
const IMPORT = /(?:^|\n)\s*(?:import|export)\s(?:[^'"`;]*?\sfrom\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/g;

/** A statement, by words that no prose has in capitals. */
const SQL = /\b(INSERT INTO|DELETE FROM|SELECT [^']* FROM|UPDATE [a-z_]+ SET)\b/;

const isTest = (path: string) => /\.test\.tsx?$/.test(path) || path.includes('/testing/');
const isCode = (path: string) => /\.(tsx?|mjs)$/.test(path);
const inService = (path: string) => path.startsWith('services/');
const inPages = (path: string) => path.startsWith('services/console/web/');
const inDomain = (path: string) =>
  (/\/domain\//.test(path) || path.startsWith('packages/behaviour/src/')) && !isTest(path);
const matches = (pattern: RegExp) => (file: SourceFile) => pattern.test(file.text);

/** What a file imports, as written. */
export function importsOf({ text }: SourceFile): string[] {
  return [...text.matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? '');
}

/** The file of the repository that an import names; null where it names a package. */
function targetOf(specifier: string, path: string): string | null {
  return specifier.startsWith('.') ? new URL(specifier, `file:///${path}`).pathname.slice(1) : null;
}

/** Whether a relative import leads out of the file's first `depth` folders. */
function leaves(depth: number, { path, text }: SourceFile): boolean {
  const home = path.split('/').slice(0, depth).join('/');
  return importsOf({ path, text }).some((specifier) => {
    const target = targetOf(specifier, path);
    return target !== null && !target.startsWith(`${home}/`);
  });
}

const FOR_TESTS = [
  ...['@hilo/test-stack', '@hilo/schemas/samples'],
  ...['@hilo/behaviour/testing', '@hilo/streaming/testing', '@hilo/service/testing'],
];

/** Whether a file imports packages of ours beyond `allowed`; tests may also reach their stack. */
function importsOther(allowed: readonly string[], file: SourceFile): boolean {
  const mine = isTest(file.path) ? [...allowed, ...FOR_TESTS] : allowed;
  return importsOf(file).some((specifier) => specifier.startsWith('@hilo/') && !mine.includes(specifier));
}

/** The place of a file of packages/streaming among its rooms; -1: it is in none. */
function roomOf(path: string): number {
  const [room = '', ...rest] = path.slice(`${STREAMING}src/`.length).split('/');
  return path.startsWith(`${STREAMING}src/`) ? ROOMS.indexOf(rest.length === 0 ? '.' : room) : -1;
}

/** Whether an import leads past the entries of packages/streaming, or a file that is no test takes the one for tests. */
function reachesInto(specifier: string, path: string): boolean {
  if (specifier === '@hilo/streaming/testing') return !isTest(path) && !path.startsWith('test/');
  return specifier.startsWith('@hilo/streaming/') || targetOf(specifier, path)?.startsWith(STREAMING) === true;
}

/** Whether a file that is no test takes what packages/behaviour has for tests: its entry from outside, its folder from inside. */
function takesOracle(specifier: string, path: string): boolean {
  if (isTest(path) || path.startsWith('test/')) return false;
  const target = targetOf(specifier, path);
  return specifier === '@hilo/behaviour/testing' || (target?.startsWith(BEHAVIOUR) === true && isTest(target));
}

const PAGES = 'services/console/web/src/';
/** Folders that the console's pages are built on, each above those before it; `shell` and the features are above them all. */
const BELOW_FEATURES = ['language', 'api', 'session', 'charts', 'live', 'elements'];
const FRAME = 'shell';

/** Whether a file of the console's pages imports from above: elements from a feature, the frame from a page, anything from routes. */
function importsFromAbove({ path, text }: SourceFile): boolean {
  const own = folderOfPages(path);
  if (own === null) return false;
  return importsOf({ path, text }).some((specifier) => {
    const target = targetOf(specifier, path);
    if (target === null || !target.startsWith(PAGES)) return false;
    const other = folderOfPages(target);
    if (other === null) return true;
    if (own === other || BELOW_FEATURES.indexOf(other) >= 0)
      return BELOW_FEATURES.includes(own) && BELOW_FEATURES.indexOf(other) > BELOW_FEATURES.indexOf(own);
    return BELOW_FEATURES.includes(own) || own === FRAME || other === FRAME;
  });
}

/** The folder right below that of all pages; null: the file lies in no folder, as the routes do. */
function folderOfPages(path: string): string | null {
  const [folder, ...rest] = path.slice(PAGES.length).split('/');
  return rest.length === 0 ? null : (folder ?? null);
}

/** A file without its imports of mere types from contracts. */
function withoutContractTypes(file: SourceFile): SourceFile {
  return {
    ...file,
    text: file.text.replaceAll(/^(?:import|export) type \{[^}]*\} from '@hilo\/[a-z]+\/contract';$/gm, ''),
  };
}

const RULES: readonly Rule[] = [
  {
    breach: 'a service imports only schemas, packages, itself, and the types of other contracts',
    where: (path) => inService(path) && !inPages(path),
    breaks: (file) =>
      leaves(2, file) ||
      importsOther(
        [
          ...[
            '@hilo/behaviour',
            '@hilo/behaviour/language',
            '@hilo/behaviour/version-2',
            '@hilo/behaviour/version-2/language',
            '@hilo/behaviour/version-2/sql',
            '@hilo/exact-json',
            '@hilo/schemas',
            '@hilo/schemas/stages',
            '@hilo/streaming',
          ],
          ...['@hilo/service', '@hilo/service/contract'],
        ],
        withoutContractTypes(file),
      ),
  },
  {
    breach: 'the pages take nothing of services and their packages but types of contracts, and the segment language',
    where: inPages,
    breaks: (file) =>
      leaves(3, file) ||
      importsOther(
        [
          ...['@hilo/exact-json', '@hilo/behaviour/language'],
          ...['@hilo/behaviour/version-2/language', '@hilo/behaviour/version-2/forms'],
          '@hilo/behaviour/version-2/templates',
        ],
        withoutContractTypes(file),
      ),
  },
  {
    breach:
      'a contract is plain data that web clients can import: beside it stands only what it shares with the domain',
    where: (path) =>
      /\/http\/contract(-[a-z-]+)?\.ts$/.test(path) || path.startsWith('packages/service/src/contract/index.ts'),
    breaks: (file) =>
      importsOf(file).some(
        (specifier) =>
          !/^(@hilo\/behaviour(\/version-2)?\/language|@hilo\/service\/contract|\.\/[a-z-]+\.ts|\.\.\/domain\/[a-z-]+\.ts)$/.test(
            specifier,
          ),
      ),
  },
  {
    breach: 'schemas import nothing of ours',
    where: (path) => path.startsWith('schemas/'),
    breaks: (file) => leaves(1, file) || importsOther([], file),
  },
  {
    breach: 'packages/streaming imports schemas and ask-broker only',
    where: (path) => path.startsWith(STREAMING),
    breaks: (file) => leaves(2, file) || importsOther(['@hilo/ask-broker', '@hilo/schemas'], file),
  },
  {
    breach: 'a room of packages/streaming imports only from itself and from the rooms before it',
    where: (path) => path.startsWith(`${STREAMING}src/`) && !path.endsWith('.test.ts'),
    breaks: (file) => {
      const targets = importsOf(file).map((specifier) => targetOf(specifier, file.path));
      const room = roomOf(file.path);
      return room < 0 || targets.some((target) => target !== null && roomOf(target) > room);
    },
  },
  {
    breach: 'packages/streaming is imported by its entries, and only tests import the one for tests',
    where: (path) => isCode(path) && !path.startsWith(STREAMING),
    breaks: (file) => importsOf(file).some((specifier) => reachesInto(specifier, file.path)),
  },
  {
    breach: 'packages/ask-broker and packages/exact-json import nothing of ours',
    where: (path) => /^packages\/(ask-broker|exact-json)\//.test(path),
    breaks: (file) => leaves(2, file) || importsOther([], file),
  },
  {
    breach: 'packages/service imports exact-json, schemas and streaming only',
    where: (path) => path.startsWith('packages/service/'),
    breaks: (file) => leaves(2, file) || importsOther(['@hilo/exact-json', '@hilo/schemas', '@hilo/streaming'], file),
  },
  {
    breach: 'packages/behaviour imports exact-json and the contract language only',
    where: (path) => path.startsWith('packages/behaviour/'),
    breaks: (file) => leaves(2, file) || importsOther(['@hilo/exact-json', '@hilo/service/contract'], file),
  },
  {
    breach: 'only tests import what packages/behaviour has for tests',
    where: isCode,
    breaks: (file) => importsOf(file).some((specifier) => takesOracle(specifier, file.path)),
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
    breach: 'a topology is plain data, and all of its file',
    where: (path) => /^services\/[a-z]+\/src\/topology\.ts$/.test(path),
    breaks: ({ text }) => !/ as const satisfies Topology;\s*$/.test(text) || text.match(/^export /gm)?.length !== 1,
  },
  {
    breach: 'stage.ts defines the stage, and nothing else',
    where: (path) => /^services\/[a-z]+\/src\/stage\.ts$/.test(path),
    breaks: (file) => !file.text.includes('return defineStage({') || SQL.test(file.text),
  },
  {
    breach: 'main.ts wires, and decides nothing',
    where: (path) => /^services\/[a-z]+\/src\/main\.ts$/.test(path) && !path.includes('/console/'),
    breaks: matches(/\b(if|for|while|switch) \(|\bfunction\b|\bclass\b|\bSQL\b/),
  },
  {
    breach: 'a processor is the logic of a stage: no adapter, no HTTP, no counter',
    where: (path) =>
      /^services\/[a-z]+\/src\/processors\//.test(path) && !isTest(path) && !path.includes('/activation/'),
    breaks: (file) =>
      importsOf(file).some((specifier) =>
        /^\.\.\/(adapters|http|use-cases|metrics|ports)\b|^(pg|prom-client)$/.test(specifier),
      ),
  },
  {
    breach: 'a use case reaches the outside by its ports',
    where: (path) => inService(path) && path.includes('/use-cases/') && !isTest(path),
    breaks: (file) =>
      importsOf(file).some((specifier) => /^\.\.\/(adapters|http)\/|^(pg|kafkajs|@nestjs\/.*)$/.test(specifier)),
  },
  {
    breach: 'SQL stands in adapters',
    where: (path) => /^services\/[a-z]+\/src\//.test(path) && !/\/(adapters|activation)\//.test(path) && !isTest(path),
    breaks: matches(SQL),
  },
  {
    breach: 'pools and transactions come from @hilo/service',
    where: (path) => inService(path) && !isTest(path) && !path.includes('/activation/'),
    breaks: matches(/new (pg\.)?Pool\(|'BEGIN'/),
  },
  {
    breach: 'a statement is named <service>-<verb>-<noun>',
    where: (path) => /^services\/[a-z]+\/src\/adapters\//.test(path) && !isTest(path),
    breaks: ({ path, text }) =>
      [...text.matchAll(/\bname: '([^']+)',\s*(?:sql|text)\b/g)].some(
        ([, name = '']) => !new RegExp(`^${path.split('/')[1]}(-[a-z]+){2,}$`).test(name),
      ),
  },
  {
    breach: 'tokens stand in ports.ts',
    where: (path) => inService(path) && !path.endsWith('/ports.ts') && !isTest(path),
    breaks: matches(/\bSymbol\('/),
  },
  {
    breach: 'the stages are listed once, in @hilo/schemas/stages',
    where: (path) =>
      isCode(path) && !isTest(path) && path !== 'schemas/src/stages.ts' && !path.startsWith('services/console/web/'),
    breaks: matches(/'ingestion',\s*'identity',\s*'profile',\s*'segmentation',\s*'activation',\s*'history'/),
  },
  {
    breach: 'a fake of tables reads columns by their names',
    where: (path) => /\/testing\/.*tables\.ts$/.test(path),
    breaks: matches(/\bvalues\[\d|\bvalues as\b/),
  },
  {
    breach: 'the class of an error is named …Error',
    where: isCode,
    breaks: ({ text }) =>
      [...text.matchAll(/\bclass (\w+) extends \w*Error\b/g)].some(([, name = '']) => !name.endsWith('Error')),
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
  {
    breach: 'pages import from below: elements ← features ← routes',
    where: (path) => path.startsWith(PAGES) && !isTest(path),
    breaks: importsFromAbove,
  },
  {
    breach: 'pages have names of their own, for stack traces',
    where: (path) => path.startsWith(PAGES),
    breaks: matches(/\bexport function Component\b|\bexport default (async )?(\(|function\s*\(|\w+ =>)/),
  },
  { breach: 'nothing is left for later', where: () => true, breaks: matches(/\b(TODO|FIXME|XXX|HACK)\b/) },
  {
    breach: `a file has at most ${LINES_MAX} lines`,
    where: (path) => isCode(path) && path !== 'schemas/src/types.ts',
    breaks: ({ text }) => text.split('\n').length > LINES_MAX + 1,
  },
  {
    breach: `a file of packages/streaming has at most ${STREAMING_LINES_MAX} lines`,
    where: (path) => path.startsWith(STREAMING) && isCode(path) && !isTest(path),
    breaks: ({ text }) => text.split('\n').length > STREAMING_LINES_MAX + 1,
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

/** Circles among files that import each other, each as the paths on its way round; types count as much as values. */
export function circlesAmong(files: readonly SourceFile[]): string[] {
  const imports = new Map(
    files.map((file) => [file.path, importsOf(file).map((specifier) => targetOf(specifier, file.path))]),
  );
  const circles: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, way: readonly string[]): void => {
    if (way.includes(path)) circles.push([...way.slice(way.indexOf(path)), path].join(' → '));
    if (way.includes(path) || done.has(path)) return;
    for (const target of imports.get(path) ?? []) if (target !== null) visit(target, [...way, path]);
    done.add(path);
  };
  for (const { path } of files) visit(path, []);
  return circles;
}

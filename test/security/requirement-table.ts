/** One row of a table in docs/security.md. */
export interface Requirement {
  readonly id: string;
  readonly level: number;
  /** What it asks for, in our words. */
  readonly asks: string;
  /** How Hilo meets it, or why it does not apply or is not met. */
  readonly answer: string;
  readonly tests: readonly NamedTest[];
}

/** A test as a page names it: `path › title`. */
export interface NamedTest {
  readonly path: string;
  readonly title: string;
}

/** What is known beside the table. */
export interface Surroundings {
  /** Level of each requirement that the table must have, by id. */
  readonly levels: ReadonlyMap<string, number>;
  /** Text of a file of the repository; null: there is none. */
  readonly read: (path: string) => string | null;
}

const ROW = /^\| (V\d+\.\d+\.\d+) \| (\d) \| (.+?) \| (.+?) \| (.+?) \|$/gm;
const TEST = /`([^`›]+) › ([^`]+)`/g;
/** Beginnings of an answer that stand for a reason instead of a means. */
const REASON = /^(Does not apply|\*\*Not met\*\*): \S/;
/** A file of the repository, as a page names it between backticks. */
const FILE = /`((?:[\w.@-]+\/)+(?:[\w.-]+\.\w+|Dockerfile)|docker-compose[\w.]*\.yml|package(?:-lock)?\.json)`/g;
/** Folders whose tests run in `npm test` or `npm run accept`. */
const RUN = /^(schemas|packages|services|infra|test)\/.+\.test\.tsx?$/;

/** Reads every row of a page's tables. */
export function readRequirements(page: string): readonly Requirement[] {
  return [...page.matchAll(ROW)].map(([, id = '', level, asks = '', answer = '', tests = '']) => ({
    id,
    level: Number(level),
    asks,
    answer,
    tests: [...tests.matchAll(TEST)].map(([, path = '', title = '']) => ({ path, title })),
  }));
}

/** Everything wrong with the rows: what is missing, doubled, unproven, or names what does not exist. */
export function faultsOf(rows: readonly Requirement[], { levels, read }: Surroundings): readonly string[] {
  const counts = new Map<string, number>();
  for (const { id } of rows) counts.set(id, (counts.get(id) ?? 0) + 1);
  return [
    ...[...levels.keys()].filter((id) => !counts.has(id)).map((id) => `${id}: the table lacks it`),
    ...[...counts].filter(([, count]) => count > 1).map(([id]) => `${id}: the table has it twice`),
    ...rows.flatMap((row) => faultsOfRow(row, levels.get(row.id), read).map((fault) => `${row.id}: ${fault}`)),
  ];
}

function faultsOfRow(
  { level, answer, tests }: Requirement,
  expected: number | undefined,
  read: Surroundings['read'],
): readonly string[] {
  const faults = expected === level ? [] : [`its level is ${expected ?? 'not known'}`];
  const files = [...answer.matchAll(FILE)].map(([, path = '']) => path);
  for (const path of files) if (read(path) === null) faults.push(`there is no file ${path}`);
  if (!REASON.test(answer)) {
    if (files.length === 0) faults.push('it names no file that meets it');
    if (tests.length === 0) faults.push('it names no test');
  }
  for (const { path, title } of tests) {
    const text = RUN.test(path) ? read(path) : null;
    if (text === null) faults.push(`there is no test file ${path}`);
    else if (!hasTest(text, title)) faults.push(`${path} has no test "${title}"`);
  }
  return faults;
}

/** Whether a file has a test of that title: a text in quotes that is the first of several arguments. */
function hasTest(text: string, title: string): boolean {
  return ["'", '"', '`'].some((quote) => {
    const written = title.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`).replaceAll(quote, `\\\\${quote}`);
    return new RegExp(String.raw`\(\s*${quote}${written}${quote},`).test(text);
  });
}

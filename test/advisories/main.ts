/**
 * Program behind `npm run advisories`: compares the packages of package-lock.json with published advisories, and says which fault is
 * overdue by the times of docs/security-design.md#components. Ends with 1 if one is, or if no advisories can be had.
 *
 * --from FOLDER  a clone of GitHub's advisory database, instead of the npm registry
 * --record       writes what was compared to docs/advisories.json
 * --add          asks nobody: notes new packages in docs/advisories.json as not compared yet
 */
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import semver from 'semver';
import { type Advisory, advisoriesOf, type OsvDocument } from './advisory.ts';
import { type Exception, faultsOfExceptions, findingsOf, judge, type Verdict } from './judge.ts';
import { advisoriesOfAudit } from './npm-audit.ts';
import { type AdvisoryRecord, firstSeenIn, packagesOf, recordOf, withAdded } from './record.ts';

const root = join(import.meta.dirname, '../..');
const RECORD = join(root, 'docs/advisories.json');
const NPM_BYTES = 256 * 1024 * 1024;

interface Rules {
  readonly exceptions: readonly Exception[];
  readonly exploited: readonly string[];
}

const read = (path: string) => readFileSync(join(root, path), 'utf8');
const write = (record: AdvisoryRecord) => writeFileSync(RECORD, `${JSON.stringify(record, null, 2)}\n`);

/** Every reviewed advisory of a clone of https://github.com/github/advisory-database. */
function fromFolder(folder: string): readonly Advisory[] {
  const reviewed = join(folder, 'advisories/github-reviewed');
  if (!existsSync(reviewed))
    throw new Error(`${folder} is no clone of GitHub's advisory database: it has no ${reviewed}`);
  const files = globSync('**/*.json', { cwd: reviewed });
  if (files.length === 0) throw new Error(`${reviewed} has no advisories`);
  return files.flatMap((file) => advisoriesOf(JSON.parse(readFileSync(join(reviewed, file), 'utf8')) as OsvDocument));
}

function fromRegistry(): readonly Advisory[] {
  const args = ['audit', '--json', '--package-lock-only'];
  const { stdout, error } = spawnSync('npm', args, { cwd: root, encoding: 'utf8', maxBuffer: NPM_BYTES });
  if (error !== undefined) throw error;
  return advisoriesOfAudit(stdout, (version, range) => semver.satisfies(version, range, { includePrerelease: true }));
}

function lineOf({ state, id, package: name, version, severity, due_ms }: Verdict): string {
  return `${state}: ${name}@${version} has ${id} (${severity}), due ${new Date(due_ms).toISOString().slice(0, 10)}`;
}

function check(from: string | undefined, isRecorded: boolean): number {
  const nowMs = Date.now();
  const lock = read('package-lock.json');
  const { exceptions, exploited } = JSON.parse(read('test/advisories/exceptions.json')) as Rules;
  const packages = packagesOf(lock);
  const advisories = from === undefined ? fromRegistry() : fromFolder(from);
  const firstSeen = firstSeenIn(JSON.parse(readFileSync(RECORD, 'utf8')) as AdvisoryRecord);
  const verdicts = judge(findingsOf(packages, advisories, { nowMs, firstSeen }), { nowMs, exceptions, exploited });
  const source = from === undefined ? "the npm registry's advisories" : "GitHub's advisory database";
  if (isRecorded) write(recordOf(lock, { source, nowMs, verdicts }));
  const faults = [...verdicts.map(lineOf), ...faultsOfExceptions(exceptions, nowMs)];
  for (const line of faults) process.stdout.write(`${line}\n`);
  const overdue = verdicts.filter(({ state }) => state === 'overdue').length;
  process.stdout.write(`${packages.length} packages compared with ${source}: ${overdue} faults are overdue\n`);
  return overdue > 0 || faultsOfExceptions(exceptions, nowMs).length > 0 ? 1 : 0;
}

try {
  const { values } = parseArgs({
    options: { from: { type: 'string' }, record: { type: 'boolean' }, add: { type: 'boolean' } },
  });
  if (values.add === true)
    write(withAdded(JSON.parse(readFileSync(RECORD, 'utf8')) as AdvisoryRecord, read('package-lock.json')));
  else process.exitCode = check(values.from, values.record === true);
} catch (error) {
  process.stderr.write(`Nothing was compared: ${(error as Error).message}\n`);
  process.exitCode = 1;
}

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isNew } from './keep-the-highest.ts';

const root = join(import.meta.dirname, '../..');

describe('the README', () => {
  it.each(['first-event-sdk.mjs', 'first-event-kafka.mjs', 'keep-the-highest.ts', 'keep_the_highest.py'])(
    'shows %s as it is run here',
    (file) => {
      expect(readFileSync(join(root, 'README.md'), 'utf8')).toContain(
        readFileSync(join(import.meta.dirname, file), 'utf8'),
      );
    },
  );
});

describe('the doc comments of packages/streaming', () => {
  it.each([
    ['src/index.ts', 'count-visits.ts'],
    ['src/testing/stage-driver.ts', 'count-visits.test.ts'],
  ])('%s shows %s as it is run here', (commented, file) => {
    const source = readFileSync(join(root, 'packages/streaming', commented), 'utf8');
    expect(source.replaceAll(/^ \* ?/gm, '')).toContain(readFileSync(join(import.meta.dirname, file), 'utf8'));
  });
});

const repeats = fc.shuffledSubarray([1, 1, 2, 2, 3, 3, 4], { minLength: 1 });
let runs = 0;

/** What a reader that keeps the highest takes: whatever is above all before it. */
const expected = (versions: readonly number[]) =>
  versions.map((version, n) => version > Math.max(0, ...versions.slice(0, n)));

describe('keeping the highest version', () => {
  it('takes each change once, in TypeScript', () => {
    fc.assert(
      fc.property(repeats, (versions) => {
        const profile_id = `p_${runs++}`;
        const taken = versions.map((version) => isNew({ profile_id, segment: 's', version, status: 'entered' }));
        expect(taken).toEqual(expected(versions));
      }),
    );
  });

  it('takes each change once, in Python', () => {
    const versions = [1, 2, 2, 1, 4, 3, 4, 5];
    const program = [
      'import json, sys',
      'from keep_the_highest import is_new',
      'print(json.dumps([is_new({"profile_id": "p", "segment": "s", "version": v}) for v in json.loads(sys.argv[1])]))',
    ].join('\n');
    const python = spawnSync('python3', ['-B', '-c', program, JSON.stringify(versions)], {
      cwd: import.meta.dirname,
      encoding: 'utf8',
    });
    expect(JSON.parse(python.stdout)).toEqual(expected(versions));
  });
});

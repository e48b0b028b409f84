import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { currentMembers, takeChange, takeMember } from './current-members.ts';

const root = join(import.meta.dirname, '../..');
let runs = 0;

/** Changes of four memberships, in their order; each enters and leaves in turn. */
const histories = fc.array(fc.record({ profile: fc.nat({ max: 1 }), segment: fc.constantFrom('a', 'b') }), {
  maxLength: 30,
});

interface Change {
  readonly profile_id: string;
  readonly segment: string;
  readonly version: number;
  readonly status: string;
}

function changesOf(history: readonly { readonly profile: number; readonly segment: string }[]): readonly Change[] {
  const run = runs++;
  const versions = [0, 0];
  const inside = new Set<string>();
  return history.map(({ profile, segment }) => {
    const profile_id = `p_${run}_${profile}`;
    const key = `${segment}/${profile_id}`;
    const status = inside.has(key) ? 'exited' : 'entered';
    if (status === 'entered') inside.add(key);
    else inside.delete(key);
    versions[profile] = (versions[profile] ?? 0) + 1;
    return { profile_id, segment, version: versions[profile] ?? 0, status };
  });
}

type Kept = readonly [key: string, member: Change | null];

/**
 * What the compacted topic may still have of the first changes: of each key the last record, and any before it. If that has no value, and
 * none is left before it, the key may be gone.
 */
function keptOf(changes: readonly Change[], keeps: (index: number) => boolean): readonly Kept[] {
  const records = changes.map((change): Kept => {
    const key = `${change.segment}/${change.profile_id}`;
    return [key, change.status === 'entered' ? change : null];
  });
  const last = new Map(
    records.map(([key, member], index) => [key, { index, isGone: member === null && !keeps(index) }]),
  );
  return records.filter(([key], index) => {
    const end = last.get(key);
    return end?.isGone === false && (end.index === index || keeps(index));
  });
}

/** A history, as a consumer finds it that begins: what `segments.members` holds, and the changes from a while before. */
const found = fc
  .record({ history: histories, here: fc.nat({ max: 30 }), before: fc.nat({ max: 30 }), seed: fc.nat({ max: 1023 }) })
  .map(({ history, here, before, seed }) => {
    const changes = changesOf(history);
    const read = Math.min(here, changes.length);
    const kept = keptOf(changes.slice(0, read), (index) => ((seed >> (index % 10)) & 1) === 1);
    return { changes, kept, stream: changes.slice(Math.max(0, read - before)) };
  });

function membersOf(changes: readonly Change[]): readonly string[] {
  const members = new Set<string>();
  for (const { segment, profile_id, status } of changes) {
    if (status === 'entered') members.add(`${segment}/${profile_id}`);
    else members.delete(`${segment}/${profile_id}`);
  }
  return [...members].sort();
}

/** Runs the Python code on many histories, and returns the members of each. */
function membersInPython(all: readonly { readonly kept: readonly Kept[]; readonly stream: readonly Change[] }[]) {
  const program = [
    'import json, sys',
    'import current_members as m',
    'answers = []',
    'for one in json.load(sys.stdin):',
    '    m.members.clear()',
    '    for key, member in one["kept"]: m.take_member(key, member)',
    '    for change in one["stream"]: m.take_change(change)',
    '    answers.append(sorted(m.members))',
    'print(json.dumps(answers))',
  ].join('\n');
  const python = spawnSync('python3', ['-B', '-c', program], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
    input: JSON.stringify(all),
  });
  return JSON.parse(python.stdout) as unknown;
}

describe('a consumer that begins with the current members, and goes on with the changes', () => {
  it('has the members that there are, in TypeScript', () => {
    fc.assert(
      fc.property(found, ({ changes, kept, stream }) => {
        for (const key of currentMembers()) takeMember(key, null);
        for (const [key, member] of kept) takeMember(key, member);
        for (const change of stream) takeChange(change);
        expect(currentMembers()).toEqual(membersOf(changes));
      }),
      { numRuns: 500 },
    );
  });

  it('has the members that there are, in Python', () => {
    const all = fc.sample(found, 200);
    expect(membersInPython(all)).toEqual(all.map(({ changes }) => membersOf(changes)));
  });

  it.each(['current-members.ts', 'current_members.py'])('runs as the documentation shows it: %s', (file) => {
    const shown = readFileSync(join(root, 'docs/services/segmentation.md'), 'utf8');
    expect(shown).toContain(readFileSync(join(import.meta.dirname, file), 'utf8'));
  });
});

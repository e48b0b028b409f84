import { describe, expect, it } from 'vitest';
import { camelCase, collisions, renamedCode, renamedPage } from './camel-case.ts';
import { namesInCode } from './names-in-code.ts';

const FIELDS = new Set(['profile_id', 'event_time']);
const isRenamed = (name: string) => !FIELDS.has(name);
const renamed = (text: string, others = {}) => renamedCode(text, namesInCode('x.ts', text), isRenamed, others);

describe('a name in snake_case', () => {
  it('takes camelCase, its unit at the end', () => {
    expect(['now_ms', 'p_1', 'is_it_so'].map(camelCase)).toEqual(['nowMs', 'p1', 'isItSo']);
  });

  it.each([
    ['const now_ms = clock.now_ms();', 'const nowMs = clock.nowMs();'],
    [
      'class A { #due_at = 1; get() { return this.#due_at; } }',
      'class A { #dueAt = 1; get() { return this.#dueAt; } }',
    ],
    ['interface A { readonly lag_ms: number }', 'interface A { readonly lagMs: number }'],
    ["type B = Pick<A, 'lag_ms'> & A['lag_ms'];", "type B = Pick<A, 'lagMs'> & A['lagMs'];"],
    ["const lag = a['lag_ms'];", "const lag = a['lagMs'];"],
    ['/* The `lag_ms` of a stage. */', '/* The `lagMs` of a stage. */'],
  ])('is renamed wherever it names the same: %s', (before, after) => {
    expect(renamed(before)).toBe(after);
  });

  it.each([
    ['const { profile_id } = record;'],
    ["const sql = 'SELECT event_time FROM row';"],
    ["const reason = 'too_late';"],
    ['const MAX_MS = 1;'],
  ])('stays where it is a field, a text or a constant: %s', (text) => {
    expect(renamed(text)).toBe(text);
  });

  it('takes another name where a function has the one in camelCase, and keeps its property', () => {
    const text = 'const is_late = isLate(now_ms);\nreport({ is_late });\n';
    expect(collisions(namesInCode('x.ts', text), isRenamed)).toEqual(['is_late']);
    expect(collisions(namesInCode('x.ts', text), isRenamed, { is_late: 'late' })).toEqual([]);
    expect(renamed(text, { is_late: 'late' })).toBe('const late = isLate(nowMs);\nreport({ isLate: late });\n');
  });

  it('is renamed on a page in code only', () => {
    expect(renamedPage('`at.now_ms` and now_ms', (name) => name === 'now_ms')).toBe('`at.nowMs` and now_ms');
  });
});

import { execFile } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { infraFile, repositoryRoot } from '../embedded/paths.ts';
import { prometheusProgram } from './prometheus-programs.ts';
import { type AlertLabels, promtoolTests } from './promtool-tests.ts';
import { SCENES } from './scenes.ts';

interface Rule {
  readonly alert?: string;
  readonly labels?: { readonly severity: string };
  readonly annotations?: { readonly summary: string; readonly description: string; readonly runbook: string };
}

const FILES = globSync(infraFile('prometheus/rules/*.yml')).sort();
const folder = mkdtempSync(join(tmpdir(), 'hilo-rules-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const rules = FILES.flatMap((file) => {
  const { groups } = parse(readFileSync(file, 'utf8')) as { groups: { rules: Rule[] }[] };
  return groups.flatMap((group) => group.rules);
});
const alerts = new Map<string, AlertLabels>(
  rules.flatMap(({ alert, labels, annotations }) =>
    alert === undefined
      ? []
      : [[alert, { severity: labels?.severity ?? '', runbook: annotations?.runbook ?? '' }] as const],
  ),
);

/** Runs promtool; what it says when it is not content is the error. */
async function promtool(...args: string[]): Promise<string> {
  try {
    return (await promisify(execFile)(prometheusProgram('promtool'), args)).stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`promtool ${args.join(' ')}:\n${stdout}${stderr}`, { cause: error });
  }
}

it('promtool finds nothing wrong with configuration and rules', async () => {
  await promtool('check', 'config', infraFile('prometheus/prometheus.yml'));
  expect(await promtool('check', 'rules', '--lint-fatal', ...FILES)).toContain('SUCCESS');
});

it('each scene raises its alert, and only its', async () => {
  const file = join(folder, 'scenes.json');
  writeFileSync(file, JSON.stringify(promtoolTests(FILES, alerts)));
  expect(await promtool('test', 'rules', file)).toContain('SUCCESS');
}, 60_000);

it('every alert has a scene in which it fires', () => {
  const fired = new Set(SCENES.flatMap(({ fires }) => Object.keys(fires)));
  expect([...fired].sort()).toEqual([...alerts.keys()].sort());
});

it('every alert says how bad it is, what happened, and where it is written what to do', () => {
  const text = readFileSync(join(repositoryRoot, 'docs/operating.md'), 'utf8');
  const anchors = [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  );
  for (const { alert, labels, annotations } of rules) {
    if (alert === undefined) continue;
    expect(['critical', 'warning'], alert).toContain(labels?.severity);
    expect(annotations?.summary, alert).not.toBe('');
    expect(annotations?.description, alert).toMatch(/\.$/);
    const [file, anchor] = annotations?.runbook.split('#') ?? [];
    expect(file, alert).toBe('docs/operating.md');
    expect(anchors, alert).toContain(anchor);
  }
});

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DAYS } from '../advisories/judge.ts';
import { type Lock, shippedPackages } from './shipped-packages.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const lock = JSON.parse(read('package-lock.json')) as Lock;
const page = read('docs/security-design.md');

/** Licences that let everybody use, change and pass on Hilo as Apache-2.0. */
const LICENCES = new Set([
  ...[
    'MIT',
    'MIT-0',
    'Apache-2.0',
    'BSD-2-Clause',
    'BSD-3-Clause',
    'ISC',
    '0BSD',
    'BlueOak-1.0.0',
    'MPL-2.0',
    'Unlicense',
  ],
  ...['(MIT OR CC0-1.0)', 'MIT OR Apache-2.0'],
]);

/** Licences of packages whose own package.json does not say it, by the file beside it. */
const UNNAMED: Readonly<Record<string, string>> = { '@kafkajs/confluent-schema-registry': 'MIT' };

describe('components of others that ship', () => {
  const shipped = shippedPackages(lock);

  it('every component has a fixed version, a checksum and an allowed licence', () => {
    expect(shipped.length).toBeGreaterThan(100);
    for (const { path, name, version, integrity, ...said } of shipped) {
      const license = UNNAMED[name] ?? said.license;
      expect(version, path).toMatch(/^\d+\.\d+\.\d+/);
      expect(integrity, path).toMatch(/^sha512-[\w+/]{86}==$/);
      expect(LICENCES, `${path}: ${license}`).toContain(license);
    }
  });

  it('every dependency of ours has an exact version', () => {
    for (const [place, { dependencies = {}, link }] of Object.entries(lock.packages)) {
      if (place.includes('node_modules/') || link === true) continue;
      for (const [name, version] of Object.entries(dependencies))
        expect(version, `${place}: ${name}`).toMatch(/^(npm:[\w@/-]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/);
    }
  });

  it('the bill of materials has every component that ships', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: { sbom: string } };
    const [program = '', ...words] = scripts.sbom.split(' ');
    const printed = execFileSync(program, words, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
    const { bomFormat, components } = JSON.parse(printed) as {
      readonly bomFormat: string;
      readonly components: readonly { readonly purl?: string }[];
    };
    expect(bomFormat).toBe('CycloneDX');
    const listed = new Set(components.map(({ purl = '' }) => decodeURIComponent(purl.split('?')[0] ?? '')));
    const missing = shipped.filter(({ name, version }) => !listed.has(`pkg:npm/${name}@${version}`));
    expect(missing.map(({ path }) => path)).toEqual([]);
  }, 60_000);

  it('the Java programs have fixed versions', () => {
    const pom = read('infra/embedded/pom.xml');
    const versions = [...pom.matchAll(/<(?:\w+\.)?version>([^<]+)<\//g)].map(([, version = '']) => version);
    expect(versions.length).toBeGreaterThan(5);
    for (const version of versions) expect(version).toMatch(/^(\d[\w.]*|\$\{\w+\.version\})$/);
  });

  it('the page says how soon a component is updated', () => {
    const [, components = ''] = page.split('\n## Components\n');
    const rows = [...components.matchAll(/^\| (.+?) \| (\d+) days \|$/gm)].map(([, fault, days]) => [
      fault,
      Number(days),
    ]);
    expect(rows).toEqual([
      ['is being exploited, or is critical', 7],
      ['is high', 30],
      ['is medium or low', 90],
      ['none: a newer version exists', 180],
    ]);
    expect([DAYS.critical, DAYS.high, DAYS.moderate, DAYS.low]).toEqual([7, 30, 90, 90]);
  });
});

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { repositoryRoot } from '../embedded/paths.ts';

/** The image that infra/docker/Dockerfile builds. */
const OWN = 'hilo:latest';

interface LockedPackage {
  readonly link?: boolean;
  readonly integrity?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
}

const read = (path: string) => readFileSync(join(repositoryRoot, path), 'utf8');
const composeFiles = globSync('docker-compose*.yml', { cwd: repositoryRoot });

/** The table in docs/operating.md: each image with its tag, and why the tag is what it is. */
const stated = new Map(
  [...read('docs/operating.md').matchAll(/^\| `([\w./-]+):([\w.-]+)` \| (a release|a line of releases) \|/gm)].map(
    ([, name = '', tag = '', kind = '']) => [name, { tag, kind }],
  ),
);

/** Every image that somebody's machine would fetch, with the files that name it. */
function named(): readonly string[] {
  const composed = composeFiles.flatMap((file) => {
    const { services } = parse(read(file), { merge: true }) as { services: Record<string, { image?: string }> };
    return Object.values(services).flatMap(({ image }) => (image === undefined ? [] : [image]));
  });
  const [, base = ''] = /^ARG NODE_IMAGE=(.*)$/m.exec(read('infra/docker/Dockerfile')) ?? [];
  const tests = [...read('test/stack/docker-stores.ts').matchAll(/^ {2}\w+: '([\w./-]+:[\w.-]+)',$/gm)];
  return [...new Set([...composed, base, ...tests.map(([, image = '']) => image)])].filter((image) => image !== OWN);
}

it('every image has the tag that docs/operating.md states for it, and the table has no other', () => {
  expect(composeFiles).toContain('docker-compose.yml');
  expect(named().toSorted()).toEqual([...stated].map(([name, { tag }]) => `${name}:${tag}`).sort());
});

it('a tag names a release, or a line of releases that only gets fixes', () => {
  for (const [name, { tag, kind }] of stated) {
    expect(tag, name).toMatch(kind === 'a release' ? /^v?\d+\.\d+\.\d+/ : /^\d+(\.\d+)?(-slim)?$/);
  }
});

it("Hilo's own image has the packages of package-lock.json, with their checksums, and runs none of their scripts", () => {
  const file = read('infra/docker/Dockerfile');
  expect(file.match(/^FROM .*$/gm)).toEqual([
    'FROM ${NODE_IMAGE} AS build',
    'FROM build AS production',
    'FROM ${NODE_IMAGE}',
  ]);
  expect(file).not.toMatch(/npm (install|i|update|add)\b/);
  const installs = file.match(/npm ci .*$/gm) ?? [];
  expect(installs).toHaveLength(2);
  for (const install of installs) expect(install).toContain('--ignore-scripts');
  expect(read('.dockerignore')).not.toMatch(/package/);
});

it('package-lock.json has the checksum of every package that an image can get', () => {
  const { packages } = JSON.parse(read('package-lock.json')) as { packages: Readonly<Record<string, LockedPackage>> };
  const unproven = Object.entries(packages).filter(
    ([path, { link, integrity }]) => path.includes('node_modules/') && link !== true && integrity === undefined,
  );
  // What is left are tools of development for other systems: with another C library, or on other processors.
  expect(unproven.filter(([, { dev, optional }]) => !(dev === true && optional === true))).toEqual([]);
  expect(unproven.map(([path]) => path).filter((path) => /linux-(x64|arm64)(-gnu)?$/.test(path))).toEqual([]);
});

it('every file of compose gives each service an image that it names, and none of another registry by accident', () => {
  for (const image of named()) expect(image).toMatch(/^[a-z0-9-]+(\/[a-z0-9-]+)?:[\w.-]+$/);
});

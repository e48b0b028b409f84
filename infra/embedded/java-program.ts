import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from './paths.ts';

let version: string | null = null;

/** The Java that programs run on: `$JAVA_HOME/bin/java` if set, else from the path. */
export function javaCommand(): string {
  const home = process.env.JAVA_HOME;
  return home !== undefined && existsSync(join(home, 'bin/java')) ? join(home, 'bin/java') : 'java';
}

function javaVersion(): string {
  if (version !== null) return version;
  const said = spawnSync(javaCommand(), ['-version'], { encoding: 'utf8' }).stderr ?? '';
  version = /version "([^"]+)"/.exec(said)?.[1] ?? 'unknown';
  return version;
}

/** All jars of a cache folder as a class path, in a stable order. Throws if they are not downloaded yet. */
export function classPath(folder: string): string {
  const path = join(cacheFolder, folder);
  const jars = existsSync(path) ? readdirSync(path).filter((file) => file.endsWith('.jar')) : [];
  if (jars.length === 0) throw new Error(`no jars in ${path}: run npm start or npm test once, which fetch them`);
  return jars
    .sort()
    .map((jar) => join(path, jar))
    .join(':');
}

/** Class-data archive of a Java program: halves its start time, or better. */
export interface ClassArchive {
  /** Flags for `java`: use the archive, or make one at exit if there is none yet. */
  readonly flags: readonly string[];
  /** Call it after a clean end: takes over the new archive. */
  keep(): void;
}

/** The archive of a program; its name contains Java's version, which it is bound to. */
export function classArchive(program: string): ClassArchive {
  const folder = join(cacheFolder, 'class-data');
  const archive = join(folder, `${program}-java-${javaVersion()}.jsa`);
  if (existsSync(archive)) return { flags: [`-XX:SharedArchiveFile=${archive}`, '-Xlog:cds=off'], keep: () => {} };
  mkdirSync(folder, { recursive: true });
  const made = `${archive}.${randomUUID()}`;
  return {
    flags: [`-XX:ArchiveClassesAtExit=${made}`, '-Xlog:cds=off', '-Xlog:cds+dynamic=off'],
    keep: () => {
      if (!existsSync(made)) return;
      if (existsSync(archive)) rmSync(made);
      else renameSync(made, archive);
    },
  };
}

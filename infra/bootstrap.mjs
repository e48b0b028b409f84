#!/usr/bin/env node
/**
 * The entry point of `npm start`, `npm test`, `npm run accept` and `npm run bench`: prepares a fresh clone, then runs
 * the program itself on Node 24. Runs on the system's Node (20 or newer) before anything is installed, so it imports
 * nothing but Node. Skips each step whose result exists.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const cache = process.env.HILO_CACHE ?? join(root, '.cache');
const PROGRAMS = {
  start: 'infra/dist/stack/start.js',
  test: 'test/dist/run/test.js',
  accept: 'test/dist/run/accept.js',
  bench: 'test/dist/bench/main.js',
};
const NODE_MIN = 24;
const JAVA_MIN = 17;

const say = (line) => process.stderr.write(`${line}\n`);

function fail(line) {
  say(line);
  if (command === 'test') process.stdout.write('0 passed, 1 failed\n');
  process.exit(1);
}

const fingerprint = (...files) => {
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(join(root, file)));
  return hash.digest('hex');
};

/** Runs `work` unless `stamp` already holds `wanted` and `result` exists. */
function once(stamp, wanted, result, work) {
  if (existsSync(result) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  rmSync(stamp, { force: true });
  work();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, wanted);
}

function finish(program, args, env = {}, cwd = root) {
  return spawnSync(program, args, {
    cwd,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

const runs = (program, args) => finish(program, args).status === 0;

/** Runs a program to its end; shows its output only if it fails, which ends everything. */
function run(what, program, args, env) {
  const done = finish(program, args, env);
  if (done.status === 0) return;
  say(`${done.stdout ?? ''}${done.stderr ?? ''}`.trim());
  fail(`${what} failed${done.error === undefined ? '' : ` (${done.error.message})`}`);
}

/** Major version of the Java on the path (or in JAVA_HOME); 0 if there is none. */
function javaVersion() {
  const home = process.env.JAVA_HOME;
  const java = home && existsSync(join(home, 'bin/java')) ? join(home, 'bin/java') : 'java';
  const said = spawnSync(java, ['-version'], { encoding: 'utf8' }).stderr ?? '';
  return Number(/version "(?:1\.)?(\d+)/.exec(said)?.[1] ?? 0);
}

const hasMaven = () => runs('mvn', ['-version']);

function ensureJava() {
  const jars = jarsReady();
  const complete = () => javaVersion() >= JAVA_MIN && (jars || hasMaven());
  if (complete()) return;
  const debian = existsSync('/etc/debian_version') && process.getuid?.() === 0;
  if (debian) {
    say('Installing Java and Maven (apt-get) …');
    const quiet = { DEBIAN_FRONTEND: 'noninteractive' };
    run('apt-get update', 'apt-get', ['update', '-q'], quiet);
    const packages = ['default-jre-headless', 'maven'];
    run('apt-get install', 'apt-get', ['install', '-y', '-q', '--no-install-recommends', ...packages], quiet);
  }
  if (!complete()) {
    fail(
      `Java ${JAVA_MIN} or newer and Maven are needed: install them ` +
        '(Debian: apt install default-jre-headless maven; macOS: brew install openjdk maven)',
    );
  }
}

const prometheusFolder = join(cache, 'prometheus/usr/bin');

/**
 * `prometheus` and `promtool`, which only the tests need. Debian's package is unpacked but not installed: installing it
 * would start a server.
 */
function ensurePrometheus() {
  const complete = () =>
    existsSync(join(prometheusFolder, 'promtool')) ||
    (runs('promtool', ['--version']) && runs('prometheus', ['--version']));
  if (complete()) return;
  if (existsSync('/etc/debian_version')) {
    say('Fetching Prometheus (apt-get) …');
    const folder = join(cache, 'prometheus');
    mkdirSync(folder, { recursive: true });
    const download = () => finish('apt-get', ['download', '-q', 'prometheus'], {}, folder).status === 0;
    if (download() || (process.getuid?.() === 0 && runs('apt-get', ['update', '-q']) && download())) {
      const [file] = readdirSync(folder).filter((name) => name.endsWith('.deb'));
      run('dpkg-deb', 'dpkg-deb', ['-x', join(folder, file), folder]);
      rmSync(join(folder, file));
    }
  }
  if (!complete()) {
    fail(
      'Prometheus and promtool are needed: install them (Debian: apt install prometheus; macOS: brew install prometheus)',
    );
  }
}

const jarsStamp = join(cache, 'jars.stamp');
const jarsWanted = () => fingerprint('infra/embedded/pom.xml');
const jarsReady = () => existsSync(jarsStamp) && readFileSync(jarsStamp, 'utf8') === jarsWanted();

function ensurePackages() {
  const stamp = join(root, 'node_modules/.hilo-install');
  const workspaces = ['package.json', 'package-lock.json'];
  once(stamp, fingerprint(...workspaces), join(root, 'node_modules'), () => {
    say('Installing npm packages (the first time takes a minute) …');
    // No package that Hilo runs on needs its install script.
    const flags = ['--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
    const fresh = !existsSync(join(root, 'node_modules'));
    // If a registry lacks some platform's optional package, `npm ci` fails and `npm install` does not.
    if (fresh && runs('npm', ['ci', ...flags])) return;
    run('npm install', 'npm', ['install', '--no-save', ...flags]);
  });
}

function ensureJars() {
  once(jarsStamp, jarsWanted(), join(cache, 'kafka'), () => {
    say('Fetching Kafka and the schema registry (Maven) …');
    for (const folder of ['maven', 'kafka', 'apicurio', 'class-data']) {
      rmSync(join(cache, folder), { recursive: true, force: true });
    }
    run('mvn', 'mvn', ['-q', '-B', '-f', 'infra/embedded/pom.xml', `-Dcache=${cache}`, 'generate-resources']);
  });
}

/** The Node that everything else runs on: this one if it is new enough, else the one that npm installed. */
function node() {
  if (Number(process.versions.node.split('.')[0]) >= NODE_MIN) return process.execPath;
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const brought = join(root, 'node_modules', name, 'bin/node');
  if (!existsSync(brought)) fail(`Node ${NODE_MIN} or newer is needed on this platform: see https://nodejs.org`);
  return brought;
}

function build(runtime) {
  run('tsc -b', runtime, [join(root, 'node_modules/typescript/bin/tsc'), '-b', '--pretty', 'false']);
  buildPages(runtime);
}

/** Bundles the console's pages. Unlike tsc, the bundler always rebuilds everything, so run it only after a change. */
function buildPages(runtime) {
  const web = 'services/console/web';
  const within = (folder) =>
    readdirSync(join(root, web, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
      .sort();
  const single = ['package-lock.json', ...['index.html', 'vite.config.ts'].map((file) => join(web, file))];
  const wanted = fingerprint(...single, ...within('src'), ...within('public'));
  once(join(root, 'node_modules/.hilo-pages'), wanted, join(root, web, 'dist/index.html'), () =>
    run('vite build', runtime, [
      join(root, 'node_modules/vite/bin/vite.js'),
      'build',
      join(root, web),
      '--logLevel',
      'warn',
    ]),
  );
}

/** Replaces this process with the program: same terminal, same signals, same exit. */
function handOver(runtime, program, args) {
  const path = [dirname(runtime), join(root, 'node_modules/.bin'), process.env.PATH].join(':');
  const child = spawn(runtime, ['--disable-warning=TimeoutNegativeWarning', join(root, program), ...args], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, PATH: path },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.once('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 1));
}

const [command, ...args] = process.argv.slice(2);
const program = PROGRAMS[command];
if (program === undefined) fail(`usage: bootstrap.mjs ${Object.keys(PROGRAMS).join('|')} [options]`);
ensureJava();
if (command === 'test') ensurePrometheus();
ensurePackages();
ensureJars();
const runtime = node();
build(runtime);
handOver(runtime, program, args);

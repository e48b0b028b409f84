/** Program behind `npm start`: the whole of Hilo on this machine, until Ctrl-C. */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Credentials, credentialsFile, readCredentials } from './credentials.ts';
import { DemoLoad } from './demo-load.ts';
import { type StartOptions, startOptions, USAGE } from './options.ts';
import { Stack } from './stack.ts';
import { runningLauncher, takeFolder } from './state-lock.ts';

/** The account that the console adds if there is none. */
const FIRST_ADMIN = 'admin@hilo.local';

// Data, logs and notes contain what people sent: nobody else on this machine may read them.
process.umask(0o077);
const say = (line: string) => process.stdout.write(`${line}\n`);

function fail(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

function readOptions(): StartOptions {
  try {
    return startOptions(process.argv.slice(2), process.env);
  } catch (error) {
    return fail(error);
  }
}

function addresses(credentials: Credentials, signInLine = ''): string {
  const { clickhouse } = credentials;
  return [
    `  console        ${credentials.consoleUrl}${signInLine}`,
    `  tracking API   ${credentials.ingestionUrl}/v1/track`,
    `  Profile API    ${credentials.profileUrl}`,
    `  segments       ${credentials.segmentationUrl}/v1/segments`,
    `  destinations   ${credentials.activationUrl}/v1/destinations`,
    `  Kafka          ${credentials.kafkaBrokers.join(',')}`,
    `  registry       ${credentials.registryUrl}`,
    `  ClickHouse     ${clickhouse.url}  user ${clickhouse.readonlyUser}, password ${clickhouse.readonlyPassword}`,
    `  write key      ${credentials.writeKey}`,
    `  admin token    ${credentials.adminToken}`,
  ].join('\n');
}

/** Printed once: nobody can look it up later. */
function firstSignIn(): string {
  if (passwordShown || stack.firstPassword === null) return '';
  passwordShown = true;
  return `\n  sign in as     ${FIRST_ADMIN}, password ${stack.firstPassword} (shown once)`;
}

function thingsToTry(credentials: Credentials): string {
  const { clickhouse } = credentials;
  const event = '\'{"userId":"you","event":"Order Completed","properties":{"revenue":9.5}}\'';
  const query = "'SELECT event, count() FROM hilo.events GROUP BY event'";
  return [
    `1. Send an event:   curl -u ${credentials.writeKey}: -H 'content-type: application/json' \\`,
    `                      -d ${event} ${credentials.ingestionUrl}/v1/track`,
    `2. Watch it arrive: open ${credentials.consoleUrl}`,
    `3. Ask ClickHouse:  curl -u ${clickhouse.readonlyUser}:${clickhouse.readonlyPassword} ${clickhouse.url} -d ${query}`,
  ].join('\n');
}

/** How to run what was left out: the build of the working copy, in the place that the stack left for it. */
function leftOut(): string {
  if (options.without.length === 0) return '';
  const commands = options.without.map((service) => `  ${stack.ownCommand(service)}`);
  return `\n\nLeft out. Build with \`npm run build\`, then run in another terminal:\n\n${commands.join('\n')}`;
}

/** Empties the data folder; first ends what a killed launcher left running on it. */
async function wipe(data: string): Promise<void> {
  if (!existsSync(data)) return;
  const known = new Set([
    'kafka',
    'registry',
    'postgres',
    'clickhouse',
    'logs',
    'run',
    'credentials.json',
    'env',
    'demo.json',
  ]);
  const strangers = readdirSync(data).filter((name) => !known.has(name) && !name.startsWith('postgres.'));
  if (strangers.length > 0) throw new Error(`${data} holds more than Hilo's state (${strangers[0]}): not wiped`);
  await takeFolder(data);
  for (const name of readdirSync(data)) rmSync(join(data, name), { recursive: true, force: true });
}

const options = readOptions();
if (options.help) {
  say(USAGE);
  process.exit(0);
}
const data = resolve(options.data);
const other = runningLauncher(data);
if (other !== null) {
  say(`Hilo is already running on ${data} (process ${other}):\n${addresses(readCredentials(data))}`);
  process.exit(1);
}

const stack = new Stack({ ...options, data, report: say });
const demo = new DemoLoad(data, options.asRecorded);
let ending = false;
let passwordShown = false;

async function end(code: number): Promise<never> {
  if (!ending) {
    ending = true;
    say('\nStopping …');
    demo.stop();
    const signInLine = firstSignIn();
    if (signInLine !== '') say(`  console        ${stack.credentials.consoleUrl}${signInLine}`);
    await stack.stop();
    say('Stopped; the state stays in the data folder.');
  }
  process.exit(code);
}

// Ctrl-C reaches this process from the terminal and also through npm: only the first one counts.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect'] as const) {
  process.on(signal, () => {
    if (!ending) void end(0);
  });
}

// The reader may leave (a closed pipe): the stack runs on.
process.stdout.on('error', () => {});

try {
  say(`Starting Hilo (state in ${options.data}, logs in ${join(options.data, 'logs')}) …`);
  if (options.fresh) await wipe(data);
  await stack.start();
  if (options.demo) await demo.run(credentialsFile(data), say);
  say(
    `\nHilo is up.\n\n${addresses(stack.credentials, firstSignIn())}${leftOut()}\n\n${thingsToTry(stack.credentials)}\n\nCtrl-C stops it.`,
  );
} catch (error) {
  if (!ending) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    await end(1);
  }
}

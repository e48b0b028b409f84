import { spawnSync } from 'node:child_process';
import { existsSync, lchownSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A user of the operating system, by number. */
export interface SystemUser {
  readonly uid: number;
  readonly gid: number;
}

/** How to start a program: its prefix, and its user. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly user: SystemUser | null;
}

/**
 * Lets an unprivileged user into folders that only root can enter (a clone below /root), and makes access(2) agree,
 * which ignores capabilities by default.
 */
const ENTER_FOLDERS = [
  ...['--securebits', '+no_setuid_fixup'],
  ...['--inh-caps', '+dac_override'],
  ...['--ambient-caps', '+dac_override'],
];

let setprivWorks: boolean | null = null;

/** By its full path: a program may be started without variables, and so without a PATH. */
function setpriv(): string {
  const folders = (process.env.PATH ?? '').split(':').filter((folder) => folder.startsWith('/'));
  return folders.map((folder) => join(folder, 'setpriv')).find((file) => existsSync(file)) ?? 'setpriv';
}

/** Whether `setpriv` (util-linux) is available: it ends a child with its parent, and changes the user. */
function hasSetpriv(): boolean {
  if (setprivWorks !== null) return setprivWorks;
  const become = isRoot() ? ['--reuid', '65534', ...ENTER_FOLDERS] : [];
  const probe = ['--pdeathsig', 'TERM', ...become, '--', 'true'];
  setprivWorks = process.platform === 'linux' && spawnSync(setpriv(), probe).status === 0;
  return setprivWorks;
}

/** Whether this process is root, which PostgreSQL refuses to be. */
export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** The first existing one of these users: the user that a store runs as if root starts it. Throws if there is none. */
export function unprivilegedUser(names: readonly string[]): SystemUser {
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const name of names) {
    const fields = lines.find((line) => line.startsWith(`${name}:`))?.split(':');
    if (fields !== undefined) return { uid: Number(fields[2]), gid: Number(fields[3]) };
  }
  throw new Error(`running as root, a store needs one of the users ${names.join(', ')} in /etc/passwd`);
}

/** Gives a folder and its content to a user; the folder itself last, so that interrupted work is repeated. */
export function giveFolder(folder: string, { uid, gid }: SystemUser): void {
  if (lstatSync(folder).uid === uid) return;
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }))
    lchownSync(join(folder, name), uid, gid);
  lchownSync(folder, uid, gid);
}

/** Only a program's own user may read what it writes: data, logs and notes contain what people sent. */
const OWN_FILES_ONLY = ['/bin/sh', '-c', 'umask 077; unset PWD OLDPWD SHLVL; exec "$@"', 'sh'] as const;

/**
 * Wraps a command so that it gets `deathSignal` when this process dies, runs as `user` if given, and creates files
 * that nobody else can read.
 */
export function launch(
  command: string,
  args: readonly string[],
  user: SystemUser | null,
  deathSignal: 'TERM' | 'INT',
): Launch {
  const [shell, ...shellArgs] = OWN_FILES_ONLY;
  if (!hasSetpriv()) return { command: shell, args: [...shellArgs, command, ...args], user };
  const become =
    user === null ? [] : ['--reuid', `${user.uid}`, '--regid', `${user.gid}`, '--clear-groups', ...ENTER_FOLDERS];
  return {
    command: setpriv(),
    args: ['--pdeathsig', deathSignal, ...become, '--', ...OWN_FILES_ONLY, command, ...args],
    user: null,
  };
}

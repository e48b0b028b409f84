import { spawnSync } from 'node:child_process';
import { existsSync, lchownSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A user of the operating system, by number. */
export interface SystemUser {
  readonly uid: number;
  readonly gid: number;
}

/** How a program is started: what goes in front of it, and as whom. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly user: SystemUser | null;
}

/**
 * Lets an unprivileged user into folders that only root can enter (a clone below /root), and makes access(2) agree,
 * which forgets capabilities unless told.
 */
const ENTER_FOLDERS = [
  ...['--securebits', '+no_setuid_fixup'],
  ...['--inh-caps', '+dac_override'],
  ...['--ambient-caps', '+dac_override'],
];

let setprivWorks: boolean | null = null;

/** By its whole path: a program may be started without variables, and so without a PATH to look through. */
function setpriv(): string {
  const folders = (process.env.PATH ?? '').split(':').filter((folder) => folder.startsWith('/'));
  return folders.map((folder) => join(folder, 'setpriv')).find((file) => existsSync(file)) ?? 'setpriv';
}

/** Whether `setpriv` (util-linux) can be used: it ends a child with its parent, and becomes another user. */
function hasSetpriv(): boolean {
  if (setprivWorks !== null) return setprivWorks;
  const become = isRoot() ? ['--reuid', '65534', ...ENTER_FOLDERS] : [];
  const probe = ['--pdeathsig', 'TERM', ...become, '--', 'true'];
  setprivWorks = process.platform === 'linux' && spawnSync(setpriv(), probe).status === 0;
  return setprivWorks;
}

/** Whether this process is root: PostgreSQL refuses to be. */
export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** The first of these users that exists: whom a store runs as under root. Throws where there is none. */
export function unprivilegedUser(names: readonly string[]): SystemUser {
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const name of names) {
    const fields = lines.find((line) => line.startsWith(`${name}:`))?.split(':');
    if (fields !== undefined) return { uid: Number(fields[2]), gid: Number(fields[3]) };
  }
  throw new Error(`running as root, a store needs one of the users ${names.join(', ')} in /etc/passwd`);
}

/** Gives a folder and all that is in it to a user; the folder itself last, so that work broken off is done again. */
export function giveFolder(folder: string, { uid, gid }: SystemUser): void {
  if (lstatSync(folder).uid === uid) return;
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }))
    lchownSync(join(folder, name), uid, gid);
  lchownSync(folder, uid, gid);
}

/** Whatever a program writes, its own user alone may read: data, logs and notes hold what people sent. */
const OWN_FILES_ONLY = ['/bin/sh', '-c', 'umask 077; unset PWD OLDPWD SHLVL; exec "$@"', 'sh'] as const;

/**
 * Wraps a command so that it gets `death_signal` when this process dies, runs as `user` where one is given, and makes files
 * that nobody else may read.
 */
export function launch(
  command: string,
  args: readonly string[],
  user: SystemUser | null,
  death_signal: 'TERM' | 'INT',
): Launch {
  const [shell, ...shell_args] = OWN_FILES_ONLY;
  if (!hasSetpriv()) return { command: shell, args: [...shell_args, command, ...args], user };
  const become =
    user === null ? [] : ['--reuid', `${user.uid}`, '--regid', `${user.gid}`, '--clear-groups', ...ENTER_FOLDERS];
  return {
    command: setpriv(),
    args: ['--pdeathsig', death_signal, ...become, '--', ...OWN_FILES_ONLY, command, ...args],
    user: null,
  };
}

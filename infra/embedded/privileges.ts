import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

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

let setprivWorks: boolean | null = null;

/** `setpriv` (util-linux) ends a child with its parent, and lets an unprivileged user into folders that only root can enter. */
function hasSetpriv(): boolean {
  if (setprivWorks !== null) return setprivWorks;
  const probe = ['--pdeathsig', 'TERM'];
  if (isRoot()) probe.push('--reuid', '65534', '--inh-caps', '+dac_override', '--ambient-caps', '+dac_override');
  setprivWorks = process.platform === 'linux' && spawnSync('setpriv', [...probe, '--', 'true']).status === 0;
  return setprivWorks;
}

/** Whether this process is root: PostgreSQL refuses to be. */
export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** The user that PostgreSQL runs as under root: `postgres` where it exists, else `nobody`. Throws where neither does. */
export function unprivilegedUser(): SystemUser {
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const name of ['postgres', 'nobody']) {
    const fields = lines.find((line) => line.startsWith(`${name}:`))?.split(':');
    if (fields !== undefined) return { uid: Number(fields[2]), gid: Number(fields[3]) };
  }
  throw new Error('running as root, PostgreSQL needs a user "postgres" or "nobody" in /etc/passwd');
}

/** Wraps a command so that it gets `death_signal` when this process dies, and runs as `user` where one is given. */
export function launch(
  command: string,
  args: readonly string[],
  user: SystemUser | null,
  death_signal: 'TERM' | 'INT',
): Launch {
  if (!hasSetpriv()) return { command, args, user };
  const drop =
    user === null
      ? []
      : ['--reuid', `${user.uid}`, '--regid', `${user.gid}`, '--clear-groups', '--inh-caps', '+dac_override'].concat([
          '--ambient-caps',
          '+dac_override',
        ]);
  return {
    command: 'setpriv',
    args: ['--pdeathsig', death_signal, ...drop, '--', command, ...args],
    user: null,
  };
}

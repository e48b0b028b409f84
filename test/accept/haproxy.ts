import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A running HAProxy. */
export interface Haproxy {
  stop(): Promise<void>;
}

/** Programs of Debian's package are not on everybody's PATH. */
function haproxyProgram(): string {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  const found = folders.map((folder) => join(folder, 'haproxy')).find((path) => existsSync(path));
  if (found === undefined) throw new Error('haproxy is needed: install it (Debian: apt-get install haproxy)');
  return found;
}

/** Starts HAProxy with these configuration files, by their texts, in order. */
export function startHaproxy(
  folder: string,
  texts: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Haproxy {
  const files = texts.map((text, index) => {
    const file = join(folder, `haproxy-${index}.cfg`);
    writeFileSync(file, text, { mode: 0o600 });
    return file;
  });
  const args = ['-W', '-db', ...files.flatMap((file) => ['-f', file])];
  const running = spawn(haproxyProgram(), args, {
    env: { ...process.env, ...env },
    stdio: 'ignore',
  });
  return {
    stop: async () => {
      if (running.exitCode !== null) return;
      const ended = once(running, 'exit');
      running.kill('SIGTERM');
      await ended;
    },
  };
}

import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A TCP socket on which a process listens. */
export interface Listener {
  readonly pid: number;
  /** IPv4 in decimal, IPv6 in hexadecimal without colons. */
  readonly address: string;
  readonly port: number;
  readonly isLoopback: boolean;
}

/** The kernel's number for a socket that listens. */
const LISTENS = '0A';

const LOOPBACK_4 = /^7f/;
/** `::1`, or an IPv4 loopback address in IPv6's notation. */
const LOOPBACK_6 = /^(0{31}1|0{20}ffff7f[0-9a-f]{6})$/;

/** Every TCP socket on which a process listens that this user can look into, from Linux' /proc. */
export function allListeners(): readonly Listener[] {
  const sockets = new Map([...socketsIn('/proc/net/tcp'), ...socketsIn('/proc/net/tcp6')]);
  return processes().flatMap((pid) =>
    inodesOf(pid).flatMap((inode) => {
      const socket = sockets.get(inode);
      return socket === undefined ? [] : [{ pid, ...socket }];
    }),
  );
}

/** The process and those that it was started by. */
export function lineOf(pid: number): readonly number[] {
  const line = [pid];
  for (let next = parentOf(pid); next > 1; next = parentOf(next)) line.push(next);
  return line;
}

function socketsIn(file: string): readonly (readonly [string, Omit<Listener, 'pid'>])[] {
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
      if (state !== LISTENS) return [];
      const [words = '', port = ''] = local.split(':');
      const bytes = bytesOf(words);
      const isFour = bytes.length === 4;
      const address = isFour ? bytes.join('.') : bytes.toString('hex');
      const isLoopback = (isFour ? LOOPBACK_4 : LOOPBACK_6).test(bytes.toString('hex'));
      return [[inode, { address, port: Number.parseInt(port, 16), isLoopback }] as const];
    });
}

/** The kernel prints each four bytes of an address as a number of this machine, whose bytes are in reverse order. */
function bytesOf(words: string): Buffer {
  return Buffer.concat((words.match(/.{8}/g) ?? []).map((word) => Buffer.from(word, 'hex').reverse()));
}

function processes(): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function inodesOf(pid: number): readonly string[] {
  const folder = `/proc/${pid}/fd`;
  return orNone(() => readdirSync(folder)).flatMap((name) =>
    orNone(() => [readlinkSync(`${folder}/${name}`)]).flatMap(
      (link) => /^socket:\[(\d+)\]$/.exec(link)?.slice(1) ?? [],
    ),
  );
}

function parentOf(pid: number): number {
  const [stat = ''] = orNone(() => [readFileSync(`/proc/${pid}/stat`, 'utf8')]);
  // After the program's name, which can contain anything: state, then parent.
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? 0);
}

/** Another user's process, or one that has ended meanwhile, has nothing to read. */
function orNone<T>(read: () => readonly T[]): readonly T[] {
  try {
    return read();
  } catch {
    return [];
  }
}

import { closeSync, constants, openSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { DataType, load, open } from 'ffi-rs';

/** What a confined process may still do. Every path must exist. */
export interface Allowance {
  /** Folders in which it may do anything to files, except run them. */
  readonly write: readonly string[];
  /** Folders and files that it can read. */
  readonly read: readonly string[];
  /** TCP ports that it can listen on. */
  readonly bind: readonly number[];
  /** TCP ports, of any host, that it can connect to. */
  readonly connect: readonly number[];
}

/** The confinement of a process: `none` if the kernel has no Landlock, `files` if it cannot confine connections. */
export type Confinement = 'none' | 'files' | 'files_and_network';

/** The same numbers on every architecture: Linux gives new system calls one number. */
const SYSCALL = { createRuleset: 444, addRule: 445, restrictSelf: 446 } as const;
const CREATE_RULESET_VERSION = 1;
const RULE = { pathBeneath: 1, netPort: 2 } as const;
const PR_SET_NO_NEW_PRIVS = 38;
/** `O_PATH`: names a file without opening it. */
const O_PATH = 0o10000000;

/** Kernels without Landlock, with Landlock off, or behind a filter of system calls that does not know it. */
const MISSING = new Set(['ENOSYS', 'EOPNOTSUPP', 'EPERM']);
const ERRNO: Readonly<Record<number, string>> = { 1: 'EPERM', 38: 'ENOSYS', 95: 'EOPNOTSUPP' };

const EXECUTE = 1n << 0n;
const READ_FILE = 1n << 2n;
const READ_DIR = 1n << 3n;
/** Rights that apply to a regular file: execute, write, read, truncate, ioctl of devices. */
const RIGHTS_OF_FILES = EXECUTE | (1n << 1n) | READ_FILE | (1n << 14n) | (1n << 15n);

/** Every right on files that a version of Landlock knows: 13 at first, then moving, truncating, ioctl of devices. */
function fileRights(abi: number): bigint {
  const count = abi >= 5 ? 16n : abi >= 3 ? 15n : abi >= 2 ? 14n : 13n;
  return (1n << count) - 1n;
}

const NET_RIGHTS = { bind: 1n << 0n, connect: 1n << 1n } as const;
/** Abstract Unix sockets and signals: neither leaves the process. */
const SCOPES = (1n << 0n) | (1n << 1n);

let opened = false;

/** A function of the C library. Throws with the name of the error, from `errno`. */
function call(name: 'syscall' | 'prctl' | 'capset', ...args: readonly (number | bigint | Buffer)[]): number {
  if (!opened) open({ library: 'libc', path: '' });
  opened = true;
  const { value, errnoCode } = load({
    library: 'libc',
    funcName: name,
    retType: DataType.I64,
    paramsType: args.map((arg) => (Buffer.isBuffer(arg) ? DataType.U8Array : DataType.I64)),
    paramsValue: args.map((arg) => (typeof arg === 'bigint' ? Number(arg) : arg)),
    errno: true,
  }) as { readonly value: number; readonly errnoCode: number };
  if (value >= 0) return value;
  throw Object.assign(new Error(`${name} ${String(args[0])}: error ${errnoCode}`), {
    code: ERRNO[errnoCode] ?? `${errnoCode}`,
  });
}

/** Version of the kernel's Landlock; 0 if there is none. */
export function landlockVersion(): number {
  if (process.platform !== 'linux') return 0;
  try {
    return call('syscall', SYSCALL.createRuleset, 0, 0, CREATE_RULESET_VERSION);
  } catch (error) {
    if (MISSING.has((error as NodeJS.ErrnoException).code ?? '')) return 0;
    throw error;
  }
}

/**
 * Confines this thread, and every thread and process that it starts from now on, for good. Running threads are not
 * confined, so call it before the work begins. Throws if the kernel has Landlock and refuses.
 */
export function confine(allowance: Allowance): Confinement {
  const abi = landlockVersion();
  if (abi === 0) return 'none';
  const rights = fileRights(abi);
  const handlesNet = abi >= 4;
  const attributes = Buffer.alloc(24);
  attributes.writeBigUInt64LE(rights, 0);
  attributes.writeBigUInt64LE(handlesNet ? NET_RIGHTS.bind | NET_RIGHTS.connect : 0n, 8);
  attributes.writeBigUInt64LE(abi >= 6 ? SCOPES : 0n, 16);
  const size = abi >= 6 ? 24 : handlesNet ? 16 : 8;
  const ruleset = call('syscall', SYSCALL.createRuleset, attributes, size, 0);
  for (const path of allowance.write) allowPath(ruleset, path, rights & ~EXECUTE);
  for (const path of allowance.read) allowPath(ruleset, path, READ_FILE | READ_DIR);
  if (handlesNet) {
    for (const port of allowance.bind) allowPort(ruleset, port, NET_RIGHTS.bind);
    for (const port of allowance.connect) allowPort(ruleset, port, NET_RIGHTS.connect);
  }
  call('prctl', PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  call('syscall', SYSCALL.restrictSelf, ruleset, 0, 0);
  closeSync(ruleset);
  return handlesNet ? 'files_and_network' : 'files';
}

function allowPath(ruleset: number, path: string, rights: bigint): void {
  const fits = statSync(path).isDirectory() ? rights : rights & RIGHTS_OF_FILES;
  // Left open: a rule on a folder of /proc holds as long as the kernel keeps that folder in memory.
  const folder = openSync(path, constants.O_RDONLY | O_PATH);
  const rule = Buffer.alloc(12);
  rule.writeBigUInt64LE(fits, 0);
  rule.writeInt32LE(folder, 8);
  call('syscall', SYSCALL.addRule, ruleset, RULE.pathBeneath, rule, 0);
}

function allowPort(ruleset: number, port: number, rights: bigint): void {
  const rule = Buffer.alloc(16);
  rule.writeBigUInt64LE(rights, 0);
  rule.writeBigUInt64LE(BigInt(port), 8);
  call('syscall', SYSCALL.addRule, ruleset, RULE.netPort, rule, 0);
}

/** `CAP_DAC_OVERRIDE`: to bypass the permissions of files. */
const DAC_OVERRIDE = 1 << 1;

/**
 * Gives up the right to bypass the permissions of files, which a store that root starts inherits (`launch`), unless
 * this thread cannot reach `folder` without it: below a folder that only root can enter. Returns whether it still has
 * it.
 */
export function keepsCapability(folder: string): boolean {
  if (process.platform !== 'linux') return false;
  const permitted = /^CapPrm:\s*([0-9a-f]+)/m.exec(readFileSync('/proc/thread-self/status', 'utf8'))?.[1];
  if (permitted === undefined || BigInt(`0x${permitted}`) !== BigInt(DAC_OVERRIDE)) return false;
  setCapabilities(0, DAC_OVERRIDE);
  try {
    readdirSync(folder);
  } catch {
    setCapabilities(DAC_OVERRIDE, DAC_OVERRIDE);
    return true;
  }
  setCapabilities(0, 0);
  return false;
}

function setCapabilities(effective: number, permitted: number): void {
  const header = Buffer.alloc(8);
  header.writeUInt32LE(0x20080522, 0);
  const sets = Buffer.alloc(24);
  sets.writeUInt32LE(effective, 0);
  sets.writeUInt32LE(permitted, 4);
  call('capset', header, sets);
}

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a process and all its descendants have used so far. */
export interface ProcessUsage {
  /** Name in the stack, such as `identity-0`. */
  readonly name: string;
  readonly cpuS: number;
  /** Resident memory. */
  readonly memory_bytes: number;
}

/** Linux counts CPU time in hundredths of a second, whatever the kernel's own tick. */
const TICKS_A_SECOND = 100;

/** Reads the usage of every process that a stack recorded under `run/` of its data folder. */
export function readUsage(data: string): readonly ProcessUsage[] {
  const family = childrenByParent();
  return readdirSync(join(data, 'run'))
    .filter((file) => file.endsWith('.pid') && file !== 'launcher.pid')
    .map((file) => {
      const pid = Number.parseInt(readFileSync(join(data, 'run', file), 'utf8'), 10);
      const all = withDescendants(pid, family);
      return {
        name: file.replace(/\.pid$/, ''),
        cpuS: sum(all.map(cpuSeconds)),
        memory_bytes: sum(all.map(memoryBytes)),
      };
    })
    .sort((a, b) => a.name.localeCompare(b.name));
}

/**
 * CPU seconds that all processors of this machine have been busy so far, for anything; includes time that the host gave
 * to other machines (steal), but not time spent waiting for disks.
 */
export function machineBusySeconds(): number {
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n');
  const [user = 0, nice = 0, system = 0, , , interrupts = 0, softInterrupts = 0, steal = 0] = line
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return sum([user, nice, system, interrupts, softInterrupts, steal]) / TICKS_A_SECOND;
}

function childrenByParent(): Map<number, number[]> {
  const family = new Map<number, number[]>();
  for (const entry of readdirSync('/proc')) {
    const fields = /^\d+$/.test(entry) ? statFields(Number(entry)) : null;
    if (fields === null) continue;
    const parent = Number(fields[1]);
    family.set(parent, [...(family.get(parent) ?? []), Number(entry)]);
  }
  return family;
}

function withDescendants(pid: number, family: ReadonlyMap<number, readonly number[]>): number[] {
  return [pid, ...(family.get(pid) ?? []).flatMap((child) => withDescendants(child, family))];
}

/** Fields of `/proc/<pid>/stat` from the state on; null for a process that is gone. */
function statFields(pid: number): readonly string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}

/** User and system time of the process, and of its ended children (PostgreSQL's come and go). */
function cpuSeconds(pid: number): number {
  const fields = statFields(pid);
  return fields === null ? 0 : sum(fields.slice(11, 15).map(Number)) / TICKS_A_SECOND;
}

/** Proportional memory if the kernel reports it: PostgreSQL's processes share most of theirs. */
function memoryBytes(pid: number): number {
  try {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) * 1024;
  } catch {
    return residentBytes(pid);
  }
}

function residentBytes(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

/**
 * Copies of rule files with every `for:` and every range divided by `pace`, in `folder`; at pace 1 the files
 * themselves. Thresholds stay: a run at another pace than 1 is for work on the rules, and proves less.
 */
export function pacedRules(files: readonly string[], folder: string, pace: number): readonly string[] {
  if (pace === 1) return files;
  return files.map((file) => {
    const copy = join(folder, basename(file));
    writeFileSync(copy, paced(readFileSync(file, 'utf8'), pace));
    return copy;
  });
}

function paced(rules: string, pace: number): string {
  return rules.replace(
    /(for: |\[)(\d+)([smh])(?=\]|$)/gm,
    (_, before: string, count: string, unit: string) =>
      `${before}${Math.ceil((1000 * Number(count) * (SECONDS[unit] ?? 1)) / pace)}ms`,
  );
}

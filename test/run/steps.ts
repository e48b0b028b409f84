import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** How many checks passed and failed. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
}

/** What running a check needs. */
export interface Step {
  readonly name: string;
  run(): Promise<Tally>;
}

interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numFailedTestSuites: number;
  readonly success: boolean;
}

function exitCode(program: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    // kafkajs waits for times that have passed, of which Node 24 warns each time.
    const env = { ...process.env, NODE_OPTIONS: '--disable-warning=TimeoutNegativeWarning' };
    const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'], env });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

/** A tool of `node_modules/.bin` that reports success by its exit code. */
export function tool(name: string, program: string, ...args: string[]): Step {
  return {
    name,
    run: async () => ((await exitCode(program, args)) === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }),
  };
}

function tallyOf(report: VitestReport, code: number): Tally {
  // A file that cannot be loaded, or an error outside any test, is a failure without a failed test.
  const failed = Math.max(report.numFailedTests, report.success && code === 0 ? 0 : 1);
  return { passed: report.numPassedTests, failed };
}

/** A run of vitest with one of the configurations. */
export function vitest(name: string, config: string, ...filters: string[]): Step {
  return {
    name,
    run: async () => {
      const folder = mkdtempSync(join(tmpdir(), 'hilo-report-'));
      const output = join(folder, 'report.json');
      const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${output}`];
      try {
        const code = await exitCode('vitest', ['run', '--config', config, ...reporters, ...filters]);
        return tallyOf(JSON.parse(readFileSync(output, 'utf8')) as VitestReport, code);
      } catch {
        return { passed: 0, failed: 1 };
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}

/** Runs the steps one after the other, prints the line `N passed, N failed` at the end, and ends the process. */
export async function runSteps(steps: readonly Step[]): Promise<never> {
  let passed = 0;
  let failed = 0;
  const lines: string[] = [];
  for (const step of steps) {
    process.stdout.write(`\n== ${step.name}\n`);
    const startedMs = Date.now();
    const tally = await step.run();
    passed += tally.passed;
    failed += tally.failed;
    const tookS = ((Date.now() - startedMs) / 1000).toFixed(0);
    lines.push(
      `${tally.failed === 0 ? '✓' : '✗'} ${step.name}: ${tally.passed} passed, ${tally.failed} failed (${tookS} s)`,
    );
  }
  process.stdout.write(`\n${lines.join('\n')}\n${passed} passed, ${failed} failed\n`);
  process.exit(failed === 0 ? 0 : 1);
}

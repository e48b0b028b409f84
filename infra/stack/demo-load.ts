import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { infraFile } from '../embedded/paths.ts';

/** Loads the demo's data into a running stack, once per data folder. */
export class DemoLoad {
  readonly #note: string;
  readonly #asRecorded: boolean;
  #child: ChildProcess | null = null;

  constructor(data: string, asRecorded: boolean) {
    this.#note = join(data, 'demo.json');
    this.#asRecorded = asRecorded;
  }

  /** Loads the demo, with its progress on standard output, unless it is already loaded. Rejects if that fails. */
  async run(credentialsFile: string, say: (line: string) => void): Promise<void> {
    const dates = this.#asRecorded ? 'as recorded' : 'shifted to now';
    if (existsSync(this.#note)) {
      const loaded = JSON.parse(readFileSync(this.#note, 'utf8')) as { dates: string };
      const other = loaded.dates === dates ? '' : ` (${loaded.dates}; --fresh loads it ${dates})`;
      say(`  ✓ the demo is already loaded${other}`);
      return;
    }
    const args = [infraFile('dist/demo/load-demo.js'), '--credentials', credentialsFile];
    if (this.#asRecorded) args.push('--as-recorded');
    const child = spawn(process.execPath, args, { stdio: 'inherit' });
    this.#child = child;
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', resolve);
    });
    this.#child = null;
    if (code !== 0) throw new Error('the demo could not be loaded; npm start continues where it stopped');
    writeFileSync(this.#note, `${JSON.stringify({ dates })}\n`);
  }

  /** Ends a load in progress. */
  stop(): void {
    this.#child?.kill('SIGTERM');
  }
}

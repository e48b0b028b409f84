import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';

const SERVICE = new URL('./testing/small-service.ts', import.meta.url).pathname;

/** Runs the small service and sends `signal` once it is up. */
async function run(mood: string, signal?: NodeJS.Signals): Promise<{ code: number | null; lines: string[] }> {
  const child = spawn(process.execPath, ['--conditions=hilo-source', SERVICE, mood], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (part: Buffer) => {
    const wasUp = output.includes('"msg":"up"');
    output += part.toString();
    if (signal !== undefined && !wasUp && output.includes('"msg":"up"')) child.kill(signal);
  });
  child.stderr.on('data', (part: Buffer) => (output += part.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, lines: [...output.matchAll(/"msg":"(.*?)"/g)].map((match) => match[1] ?? '') };
}

describe('a running service', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'stops on %s: the HTTP side, then its parts, then with 0',
    async (signal) => {
      const { code, lines } = await run('runs', signal);
      expect(lines.slice(lines.indexOf('up'))).toEqual([
        'up',
        'Stopping',
        'Stopped',
        'the component stopped',
        'Stopped',
      ]);
      expect(code).toBe(0);
    },
    30_000,
  );

  it.each(['fails', 'rejects', 'throws'])(
    'ends with 1 where a part %s',
    async (mood) => {
      const { code, lines } = await run(mood);
      expect(code).toBe(1);
      expect(lines.join('\n')).toMatch(/Ending: (stage part failed|unhandled rejection|uncaught exception)/);
    },
    30_000,
  );
});

import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';

const PROGRAM = `
  const { createLogger } = await import(${JSON.stringify(new URL('./logger.ts', import.meta.url).href)});
  const logger = createLogger({ name: 'things', level: 'info' });
  logger.warn({ reason: 'one\\n{"level":60,"msg":"forged"}\\r\\u001b[31mtwo' }, 'A line');
  logger.error({ err: new Error('broken\\n{"msg":"forged"}') }, 'A fault');
  logger.debug('not written at this level');
`;

it('a line of the log is one JSON object with a time in UTC, whatever a value contains', () => {
  const startedMs = Date.now();
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', PROGRAM], { encoding: 'utf8' });
  const lines = output.trimEnd().split('\n');
  // oxlint-disable-next-line no-control-regex -- The point is that no control character gets through.
  for (const line of lines) expect(line).not.toMatch(/[\u0000-\u001f]/);
  const [warning, fault, ...others] = lines.map((line) => JSON.parse(line) as Record<string, string>);
  expect(others).toEqual([]);
  expect(warning).toMatchObject({
    name: 'things',
    level: 40,
    msg: 'A line',
    reason: expect.stringContaining('forged'),
  });
  expect(fault).toMatchObject({ level: 50, msg: 'A fault', err: { message: expect.stringContaining('broken') } });
  for (const { time = '' } of [warning ?? {}, fault ?? {}]) {
    expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(Date.parse(time)).toBeGreaterThanOrEqual(startedMs - 1000);
  }
});

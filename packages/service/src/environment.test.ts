import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { integer, list, oneOf, readEnvironment, text, url } from './environment.ts';
import { commonSettings, stageSettings } from './service-settings.ts';

describe('readEnvironment', () => {
  it('reads each kind of setting and falls back where a variable is not set', () => {
    const spec = {
      name: text('T_NAME'),
      count: integer('T_COUNT', 7, 1, 9),
      address: url('T_URL', 'http://a.example/'),
      hosts: list('T_HOSTS'),
      mode: oneOf('T_MODE', ['fast', 'slow'], 'fast'),
    };
    expect(readEnvironment(spec, { T_NAME: 'x', T_HOSTS: 'a:1, b:2,' })).toEqual({
      name: 'x',
      count: 7,
      address: 'http://a.example',
      hosts: ['a:1', 'b:2'],
      mode: 'fast',
    });
  });

  it('names every variable at fault on a line of its own and never its value', () => {
    const spec = { a: text('T_A'), b: integer('T_B', null, 0, 5), c: oneOf('T_C', ['x'], 'x'), d: url('T_D') };
    const read = () => readEnvironment(spec, { T_B: 'secret', T_C: 'secret', T_D: 'secret' });
    expect(read).toThrow(
      'T_A must be set\nT_B must be a whole number from 0 to 5\nT_C must be one of x\nT_D must be a URL',
    );
    expect(read).not.toThrow('secret');
  });

  it('takes a secret from the file that <VARIABLE>_FILE names', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'hilo-')), 'token');
    writeFileSync(file, 'from-file\n');
    expect(readEnvironment({ token: text('T_TOKEN') }, { T_TOKEN_FILE: file }).token).toBe('from-file');
    expect(() => readEnvironment({ token: text('T_TOKEN') }, { T_TOKEN_FILE: `${file}.no` })).toThrow('T_TOKEN_FILE');
  });

  it('has what every service needs', () => {
    const config = readEnvironment({ ...commonSettings('none', 4001), ...stageSettings() }, { HILO_ADMIN_TOKEN: 't' });
    expect(config).toMatchObject({ host: '127.0.0.1', port: 4001, kafkaBrokers: ['127.0.0.1:4092'], partitions: 4 });
  });
});

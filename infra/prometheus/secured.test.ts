import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { infraFile } from '../embedded/paths.ts';
import { prometheusProgram } from './prometheus-programs.ts';

const check = (what: string, ...args: readonly string[]) =>
  promisify(execFile)(prometheusProgram('promtool'), ['check', what, ...args]);

it('Prometheus takes its configuration of docker-compose.secured.yml, with TLS to everything that it scrapes', async () => {
  await check('config', '--syntax-only', infraFile('prometheus/prometheus-secured.yml'));
});

it('Prometheus and the exporters take web.yml: all that is missing here is the certificate', async () => {
  await expect(check('web-config', infraFile('prometheus/web.yml'))).rejects.toThrow(
    '/run/secrets/monitoring_certificate',
  );
});

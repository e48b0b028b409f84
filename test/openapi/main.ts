/** Program behind `npm run openapi`: writes the OpenAPI document of every service to `.cache/openapi`, and lints them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openApiOf } from '@hilo/service';
import { CONTRACTS } from './contracts.ts';
import { EXCEPTIONS, lintContract } from './lint.ts';

const folder = join(import.meta.dirname, '../../.cache/openapi');
mkdirSync(folder, { recursive: true });
for (const [service, contract] of Object.entries(CONTRACTS)) {
  const file = join(folder, `${service}.json`);
  writeFileSync(file, `${JSON.stringify(openApiOf(contract), null, 2)}\n`);
  const found = [...(await lintContract(service, contract))].filter(([place]) => !(place in EXCEPTIONS));
  process.stdout.write(`${file}: ${found.length === 0 ? 'clean' : `${found.length} problems`}\n`);
  for (const [place, message] of found) process.stdout.write(`  ${place}: ${message}\n`);
  if (found.length > 0) process.exitCode = 1;
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TOPICS } from '@hilo/schemas';
import { repositoryRoot } from '../embedded/paths.ts';

const CONTENT_TYPE = 'application/vnd.schemaregistry.v1+json';

async function call(url: string, method: 'PUT' | 'POST', body: object): Promise<void> {
  const answer = await fetch(url, {
    method,
    headers: { 'content-type': CONTENT_TYPE },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(30_000),
  });
  if (!answer.ok) throw new Error(`the schema registry answers ${answer.status} to ${url}: ${await answer.text()}`);
}

/**
 * Makes the registry refuse incompatible schemas (BACKWARD) and registers the schema of every topic as
 * `<topic>-value`. Throws with the registry's answer where a schema doesn't fit its predecessor.
 */
export async function registerSchemas(registry_url: string): Promise<void> {
  await call(`${registry_url}/config`, 'PUT', { compatibility: 'BACKWARD' });
  for (const topic of TOPICS) {
    if (topic.schema === null) continue;
    const subject = `${topic.name}-value`;
    const text = readFileSync(join(repositoryRoot, 'schemas/avro', `${topic.schema}.avsc`), 'utf8');
    // Without white space, as clients send it: the registry tells schemas apart by their text.
    await call(`${registry_url}/subjects/${subject}/versions`, 'POST', { schema: JSON.stringify(JSON.parse(text)) });
    // Clients look at the subject's own level, which Apicurio answers with NONE where only the global one is set.
    await call(`${registry_url}/config/${subject}`, 'PUT', { compatibility: 'BACKWARD' });
  }
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compatibilityOf, TOPICS } from '@hilo/schemas';
import type { RegistryAuth } from '@hilo/service';
import { repositoryRoot } from '../embedded/paths.ts';

const CONTENT_TYPE = 'application/vnd.schemaregistry.v1+json';

function headersOf(auth: RegistryAuth): Record<string, string> {
  if (auth === null) return { 'content-type': CONTENT_TYPE };
  const user = Buffer.from(`${auth.username}:${auth.password}`).toString('base64');
  return { 'content-type': CONTENT_TYPE, authorization: `Basic ${user}` };
}

async function call(url: string, method: 'PUT' | 'POST', body: object, auth: RegistryAuth): Promise<void> {
  const answer = await fetch(url, {
    method,
    headers: headersOf(auth),
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(30_000),
  });
  if (!answer.ok) throw new Error(`the schema registry answers ${answer.status} to ${url}: ${await answer.text()}`);
}

async function isThere(url: string, auth: RegistryAuth): Promise<boolean> {
  const answer = await fetch(url, { headers: headersOf(auth), signal: AbortSignal.timeout(30_000) });
  await answer.arrayBuffer();
  if (!answer.ok && answer.status !== 404) throw new Error(`the schema registry answers ${answer.status} to ${url}`);
  return answer.ok;
}

/**
 * Makes the registry refuse incompatible schemas and registers the schema of every topic as `<topic>-value`. Throws
 * with the registry's answer if a schema does not fit earlier ones.
 */
export async function registerSchemas(registryUrl: string, auth: RegistryAuth = null): Promise<void> {
  await call(`${registryUrl}/config`, 'PUT', { compatibility: 'BACKWARD' }, auth);
  for (const topic of TOPICS) {
    if (topic.schema === null) continue;
    const subject = `${topic.name}-value`;
    const text = readFileSync(join(repositoryRoot, 'schemas/avro', `${topic.schema}.avsc`), 'utf8');
    // Without white space, as clients send it: the registry distinguishes schemas by their text.
    const schema = JSON.stringify(JSON.parse(text));
    const compatibility = compatibilityOf(topic);
    // Sets the level of an earlier release's subject first, so that the new schema is checked by it.
    if (await isThere(`${registryUrl}/subjects/${subject}/versions`, auth))
      await call(`${registryUrl}/config/${subject}`, 'PUT', { compatibility }, auth);
    await call(`${registryUrl}/subjects/${subject}/versions`, 'POST', { schema }, auth);
    // Clients read the subject's own level, which Apicurio answers with NONE if only the global one is set.
    await call(`${registryUrl}/config/${subject}`, 'PUT', { compatibility }, auth);
  }
}

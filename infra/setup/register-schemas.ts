import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compatibilityOf, TOPICS } from '@hilo/schemas';
import type { RegistryAuth } from '@hilo/service';
import { repositoryRoot } from '../embedded/paths.ts';
import { askStore, type StoreAnswer } from './ask-store.ts';

const CONTENT_TYPE = 'application/vnd.schemaregistry.v1+json';

const WITHIN_MS = 30_000;

function ask(url: string, method: 'GET' | 'PUT' | 'POST', auth: RegistryAuth, body?: object): Promise<StoreAnswer> {
  const certificate = auth !== null && 'cert' in auth ? auth : null;
  const headers: Record<string, string> = { 'content-type': CONTENT_TYPE };
  if (auth !== null && 'username' in auth)
    headers.authorization = `Basic ${Buffer.from(`${auth.username}:${auth.password}`).toString('base64')}`;
  const text = body === undefined ? {} : { body: JSON.stringify(body) };
  return askStore(url, { method, headers, certificate, withinMs: WITHIN_MS, ...text });
}

async function call(url: string, method: 'PUT' | 'POST', body: object, auth: RegistryAuth): Promise<void> {
  const { ok, status, text } = await ask(url, method, auth, body);
  if (!ok) throw new Error(`the schema registry answers ${status} to ${url}: ${text}`);
}

async function isThere(url: string, auth: RegistryAuth): Promise<boolean> {
  const { ok, status } = await ask(url, 'GET', auth);
  if (!ok && status !== 404) throw new Error(`the schema registry answers ${status} to ${url}`);
  return ok;
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

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@hilo/infra';
import { parse } from 'yaml';

/** A container of a compose file, as far as tests look at it. */
export interface ComposedService {
  readonly image?: string;
  readonly command?: readonly string[] | string;
  readonly entrypoint?: readonly string[] | string;
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly secrets?: readonly (string | { readonly source: string; readonly target: string })[];
  readonly volumes?: readonly string[];
  readonly healthcheck?: { readonly test?: readonly string[] | string };
}

/** A compose file, or several that were merged. */
export interface Composed {
  readonly services: Readonly<Record<string, ComposedService>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

/** A compose file of the repository. */
export function composeFile(name: string): Composed {
  return parse(readFileSync(join(repositoryRoot, name), 'utf8'), { merge: true }) as Composed;
}

/** What docker compose makes of two files: maps are merged, lists go on, commands and entry points are replaced. */
export function mergedCompose(base: Composed, more: Composed): Composed {
  const names = [...new Set([...Object.keys(base.services), ...Object.keys(more.services)])];
  return {
    services: Object.fromEntries(names.map((name) => [name, mergedService(base.services[name], more.services[name])])),
    secrets: { ...base.secrets, ...more.secrets },
  };
}

function mergedService(base: ComposedService = {}, more: ComposedService = {}): ComposedService {
  return {
    ...base,
    ...more,
    environment: { ...base.environment, ...more.environment },
    secrets: [...(base.secrets ?? []), ...(more.secrets ?? [])],
    volumes: [...(base.volumes ?? []), ...(more.volumes ?? [])],
    healthcheck: { ...base.healthcheck, ...more.healthcheck },
  };
}

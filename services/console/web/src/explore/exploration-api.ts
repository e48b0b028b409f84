import type { Api as ConsoleApi } from '@hilo/console/contract';
import type { SchemaOf } from '@hilo/service/contract';
import type { Api, ListPage } from '../api/api.ts';

/** A statement with how it is shown. */
export type QueryContent = SchemaOf<ConsoleApi, 'QueryContent'>;

/** How the answer to a statement is shown. */
export type View = QueryContent['view'];

/** How the answer to a statement is shown. */
export const VIEWS = ['table', 'number', 'line', 'bars'] as const satisfies readonly View[];

/** A statement with its place on a dashboard. */
export type Tile = SchemaOf<ConsoleApi, 'Tile'>;

/** Tiles, read again and again while somebody looks. */
export type DashboardContent = SchemaOf<ConsoleApi, 'DashboardContent'>;

/** What is saved of something. */
export type ExplorationInput<C> = Omit<SchemaOf<ConsoleApi, 'NewExploration'>, 'content'> & { readonly content: C };

/** A saved query or dashboard. */
export type Exploration<C> = Omit<SchemaOf<ConsoleApi, 'Exploration'>, 'content'> & { readonly content: C };

/** A saved query. */
export type SavedQuery = Exploration<QueryContent>;

/** A saved dashboard. */
export type SavedDashboard = Exploration<DashboardContent>;

interface Contents {
  readonly queries: QueryContent;
  readonly dashboards: DashboardContent;
}

type Kind = keyof Contents;

const PAGE = 20;

/** Most tiles of a dashboard. */
export const TILES_AT_MOST: ConsoleApi['schemas']['DashboardContent']['properties']['tiles']['maxItems'] = 24;

// Each kind has contents of its own; the contract says that of both together.

/** A page of saved queries or dashboards. */
export async function readExplorations<K extends Kind>(
  api: Api,
  kind: K,
  cursor: string | null,
  signal: AbortSignal,
  limit = PAGE,
): Promise<ListPage<Exploration<Contents[K]>>> {
  const page = await api.call('GET /api/explore/{kind}', { params: { kind }, query: { limit, cursor } }, { signal });
  return page as ListPage<Exploration<Contents[K]>>;
}

/** A saved query or dashboard. */
export async function readExploration<K extends Kind>(
  api: Api,
  kind: K,
  id: string,
  signal: AbortSignal,
): Promise<Exploration<Contents[K]>> {
  const found = await api.call('GET /api/explore/{kind}/{id}', { params: { kind, id } }, { signal });
  return found as Exploration<Contents[K]>;
}

/** Saves something new. */
export async function addExploration<K extends Kind>(
  api: Api,
  kind: K,
  input: ExplorationInput<Contents[K]>,
): Promise<Exploration<Contents[K]>> {
  const saved = await api.call('POST /api/explore/{kind}', { params: { kind }, body: input });
  return saved as Exploration<Contents[K]>;
}

/** Changes what has that version. */
export async function changeExploration<K extends Kind>(
  api: Api,
  kind: K,
  { id, version }: Pick<Exploration<unknown>, 'id' | 'version'>,
  { name, shared, content }: ExplorationInput<Contents[K]>,
): Promise<Exploration<Contents[K]>> {
  const body = { name, shared, content, version };
  const changed = await api.call('PUT /api/explore/{kind}/{id}', { params: { kind, id }, body });
  return changed as Exploration<Contents[K]>;
}

/** Deletes a saved query or dashboard. */
export function deleteExploration(api: Api, kind: Kind, id: string): Promise<void> {
  return api.call('DELETE /api/explore/{kind}/{id}', { params: { kind, id } });
}

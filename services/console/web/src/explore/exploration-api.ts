import { type Api, type ListPage, pathOf } from '../api/api.ts';

/** How the answer to a statement is shown. */
export const VIEWS = ['table', 'number', 'line', 'bars'] as const;

/** How the answer to a statement is shown. */
export type View = (typeof VIEWS)[number];

/** A statement with how it is shown. */
export interface QueryContent {
  readonly sql: string;
  readonly view: View;
}

/** A statement with its place on a dashboard. */
export interface Tile extends QueryContent {
  readonly title: string;
  /** Columns of the dashboard's two. */
  readonly width: 1 | 2;
}

/** Tiles, read again and again while somebody looks. */
export interface DashboardContent {
  readonly tiles: readonly Tile[];
  /** Key of the segment that the statements' parameter names; null: everyone. */
  readonly segment: string | null;
  readonly refreshSeconds: number;
}

/** What is saved of something; `version` is the one that was changed. */
export interface ExplorationInput<C> {
  readonly name: string;
  readonly shared: boolean;
  readonly content: C;
}

/** A saved query or dashboard. */
export interface Exploration<C> extends ExplorationInput<C> {
  readonly id: string;
  /** A person's address; null: the person was removed. */
  readonly owner: string | null;
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

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
export const TILES_AT_MOST = 24;

/** A page of saved queries or dashboards. */
export function readExplorations<K extends Kind>(
  api: Api,
  kind: K,
  cursor: string | null,
  signal: AbortSignal,
  limit = PAGE,
): Promise<ListPage<Exploration<Contents[K]>>> {
  return api.get(pathOf`/api/explore/${kind}`, { limit, cursor }, signal);
}

/** A saved query or dashboard. */
export function readExploration<K extends Kind>(
  api: Api,
  kind: K,
  id: string,
  signal: AbortSignal,
): Promise<Exploration<Contents[K]>> {
  return api.get(pathOf`/api/explore/${kind}/${id}`, {}, signal);
}

/** Saves something new. */
export function addExploration<K extends Kind>(
  api: Api,
  kind: K,
  input: ExplorationInput<Contents[K]>,
): Promise<Exploration<Contents[K]>> {
  return api.post(pathOf`/api/explore/${kind}`, input);
}

/** Changes what has that version. */
export function changeExploration<K extends Kind>(
  api: Api,
  kind: K,
  { id, version }: Pick<Exploration<unknown>, 'id' | 'version'>,
  { name, shared, content }: ExplorationInput<Contents[K]>,
): Promise<Exploration<Contents[K]>> {
  return api.put(pathOf`/api/explore/${kind}/${id}`, { name, shared, content, version });
}

/** Deletes a saved query or dashboard. */
export function deleteExploration(api: Api, kind: Kind, id: string): Promise<void> {
  return api.delete(pathOf`/api/explore/${kind}/${id}`);
}

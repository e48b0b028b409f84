/** What people save of what they explore. */
export const EXPLORATION_KINDS = ['query', 'dashboard'] as const;

/** What people save of what they explore. */
export type ExplorationKind = (typeof EXPLORATION_KINDS)[number];

/** How the answer to a statement is shown. */
export const VIEWS = ['table', 'number', 'line', 'bars'] as const;

/** How the answer to a statement is shown. */
export type View = (typeof VIEWS)[number];

/** A saved statement. */
export interface QueryContent {
  readonly sql: string;
  readonly view: View;
}

/** A statement with its place on a dashboard. */
export interface Tile extends QueryContent {
  readonly title: string;
  /** Columns of the dashboard's two that it takes. */
  readonly width: 1 | 2;
}

/** Tiles, read again and again while somebody looks. */
export interface DashboardContent {
  readonly tiles: readonly Tile[];
  /** Key of the segment that the parameter `segment` of the statements names; null: everyone. */
  readonly segment: string | null;
  readonly refreshSeconds: number;
}

/** What a kind of exploration holds. */
export interface ExplorationContents {
  readonly query: QueryContent;
  readonly dashboard: DashboardContent;
}

/** What any exploration holds. */
export type ExplorationContent = ExplorationContents[ExplorationKind];

/** Bounds of what is saved. */
export const EXPLORATION_LIMITS = {
  name_characters: 200,
  sql_characters: 20_000,
  tiles: 24,
  content_characters: 200_000,
  refresh_s: { minimum: 10, maximum: 3600 },
} as const;

const SEGMENT = /^[\w.-]{1,200}$/;

type Fields = Readonly<Record<string, unknown>>;

/** A name as it is kept; undefined for what is none. */
export function explorationName(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.includes('\0')) return undefined;
  const name = value.trim();
  return name !== '' && name.length <= EXPLORATION_LIMITS.name_characters ? name : undefined;
}

/** Content of a kind, from JSON; undefined for what is none, or too large. */
export function explorationContent(kind: ExplorationKind, value: unknown): ExplorationContent | undefined {
  const content = kind === 'query' ? queryContent(value) : dashboardContent(value);
  if (content === undefined || JSON.stringify(content).length > EXPLORATION_LIMITS.content_characters) return undefined;
  return content;
}

function queryContent(value: unknown): QueryContent | undefined {
  if (!hasOnly(value, ['sql', 'view'])) return undefined;
  const { sql } = value;
  const view = VIEWS.find((one) => one === value.view);
  // PostgreSQL keeps no NUL in JSON.
  if (typeof sql !== 'string' || sql.includes('\0') || sql.length > EXPLORATION_LIMITS.sql_characters) return undefined;
  return view === undefined ? undefined : { sql, view };
}

function dashboardContent(value: unknown): DashboardContent | undefined {
  if (!hasOnly(value, ['tiles', 'segment', 'refreshSeconds'])) return undefined;
  const { tiles, segment, refreshSeconds } = value;
  const { minimum, maximum } = EXPLORATION_LIMITS.refresh_s;
  if (segment !== null && !(typeof segment === 'string' && SEGMENT.test(segment))) return undefined;
  if (!Number.isInteger(refreshSeconds)) return undefined;
  const refresh_s = Number(refreshSeconds);
  if (refresh_s < minimum || refresh_s > maximum) return undefined;
  if (!Array.isArray(tiles) || tiles.length > EXPLORATION_LIMITS.tiles) return undefined;
  const read = tiles.map(tileOf).filter((tile) => tile !== undefined);
  return read.length === tiles.length ? { tiles: read, segment, refreshSeconds: refresh_s } : undefined;
}

function tileOf(value: unknown): Tile | undefined {
  if (!hasOnly(value, ['title', 'sql', 'view', 'width'])) return undefined;
  const { title, width, ...rest } = value;
  const query = queryContent(rest);
  const name = explorationName(title);
  if (query === undefined || name === undefined || (width !== 1 && width !== 2)) return undefined;
  return { title: name, ...query, width };
}

function hasOnly(value: unknown, names: readonly string[]): value is Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const found = Object.keys(value);
  return found.length === names.length && names.every((name) => found.includes(name));
}

import type { Dashboard } from './panels.ts';
import { PIPELINE } from './pipeline-dashboard.ts';
import { SERVICE_DASHBOARDS } from './service-dashboards.ts';
import { CLICKHOUSE, KAFKA, POSTGRES } from './store-dashboards.ts';

/** Every dashboard, in the order in which people read them. */
export const DASHBOARDS: readonly Dashboard[] = [PIPELINE, ...SERVICE_DASHBOARDS, KAFKA, POSTGRES, CLICKHOUSE];

/** Program: writes the dashboards as files for Grafana's provisioning (`npm run dashboards -w infra`). */
import { mkdirSync, writeFileSync } from 'node:fs';
import { infraFile } from '../embedded/paths.ts';
import { dashboardJson } from './dashboard-json.ts';
import { DASHBOARDS } from './dashboards.ts';

mkdirSync(infraFile('grafana/dashboards'), { recursive: true });
for (const dashboard of DASHBOARDS)
  writeFileSync(infraFile(`grafana/dashboards/${dashboard.uid}.json`), dashboardJson(dashboard));

import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, it } from 'vitest';
import { infraFile } from '../embedded/paths.ts';
import { dashboardJson } from './dashboard-json.ts';
import { DASHBOARDS } from './dashboards.ts';

interface Placed {
  readonly id: number;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
}

it('the files that Grafana reads are those of the dashboards (npm run dashboards -w infra)', () => {
  const files = globSync(infraFile('grafana/dashboards/*.json')).map((file) => basename(file));
  expect(files.sort()).toEqual(DASHBOARDS.map(({ uid }) => `${uid}.json`).sort());
  for (const dashboard of DASHBOARDS) {
    const text = readFileSync(infraFile(`grafana/dashboards/${dashboard.uid}.json`), 'utf8');
    expect(text, dashboard.title).toBe(dashboardJson(dashboard));
  }
});

it('no two panels lie on each other, and each has an id of its own', () => {
  for (const dashboard of DASHBOARDS) {
    const { panels } = JSON.parse(dashboardJson(dashboard)) as { panels: Placed[] };
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
    );
    expect(new Set(cells).size, dashboard.title).toBe(cells.length);
    for (const { gridPos } of panels) expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
  }
});

import { expect, it } from 'vitest';
import { asksForSegment } from '../explore/domain/statement.ts';
import { TILES_AT_MOST } from '../explore/exploration-api.ts';
import { dashboardMessages } from './messages.ts';
import { READY_DASHBOARD_IDS, readyDashboards } from './ready-made.ts';

const READY_DASHBOARDS = readyDashboards('Asia/Kolkata');

it('the ready-made dashboards have tiles with a title of their own in each language', () => {
  expect(READY_DASHBOARDS.map(({ id }) => id)).toEqual([...READY_DASHBOARD_IDS]);
  for (const { tiles } of READY_DASHBOARDS)
    for (const words of [dashboardMessages.en, dashboardMessages.es]) {
      const titles = tiles.map(({ title }) => words[title]);
      expect(new Set(titles).size).toBe(titles.length);
      expect(titles.length).toBeLessThanOrEqual(TILES_AT_MOST);
    }
});

it('what is about people can be asked of one segment', () => {
  for (const { id, tiles } of READY_DASHBOARDS)
    if (id !== 'pipeline') expect(tiles.filter(({ sql }) => asksForSegment(sql)).length).toBeGreaterThan(4);
});

it('days, weeks and months are those of the zone, in every statement', () => {
  for (const { tiles } of READY_DASHBOARDS)
    for (const { sql } of tiles) {
      const steps = sql.match(/\bto(Date|Monday|StartOf(Hour|Day|Week|Month|Year))\((?:[^()]|\([^()]*\))*\)/g) ?? [];
      for (const step of steps) expect(step).toContain("'Asia/Kolkata'");
    }
});

import type { Dashboard, Panel, Query } from './panels.ts';

const DATASOURCE = { type: 'prometheus', uid: 'prometheus' };
/** Grafana's grid is 24 wide. */
const WIDTH = 24;
const SIZES = { stat: { w: 4, h: 4 }, timeseries: { w: 8, h: 8 } } as const;

/** A dashboard in the format of Grafana's provisioning. The same dashboard always gives the same text. */
export function dashboardJson(dashboard: Dashboard): string {
  const { uid, title, description } = dashboard;
  return `${JSON.stringify(
    {
      uid,
      title,
      description,
      tags: ['hilo'],
      schemaVersion: 39,
      version: 1,
      editable: false,
      graphTooltip: 1,
      refresh: '10s',
      time: { from: 'now-1h', to: 'now' },
      timezone: 'browser',
      annotations: { list: [alertsAsAnnotations()] },
      links: [
        { title: 'Hilo', type: 'dashboards', tags: ['hilo'], asDropdown: true, includeVars: false, keepTime: true },
      ],
      templating: { list: [] },
      panels: placed(dashboard),
    },
    null,
    1,
  )}\n`;
}

function alertsAsAnnotations(): object {
  return {
    name: 'Alerts',
    datasource: DATASOURCE,
    enable: true,
    iconColor: 'red',
    expr: 'ALERTS{alertstate="firing"}',
    titleFormat: '{{alertname}}',
    textFormat: '{{stage}}{{job}}{{destination}}',
  };
}

/** Panels from left to right, with a line break if one does not fit, each row under its title. */
function placed({ rows }: Dashboard): readonly object[] {
  const panels: object[] = [];
  let y = 0;
  for (const row of rows) {
    panels.push({
      id: panels.length + 1,
      type: 'row',
      title: row.title,
      gridPos: { x: 0, y, w: WIDTH, h: 1 },
      panels: [],
    });
    y += 1;
    let x = 0;
    let lineHeight = 0;
    for (const panel of row.panels) {
      const { w, h } = SIZES[panel.kind];
      if (x + w > WIDTH) {
        y += lineHeight;
        [x, lineHeight] = [0, 0];
      }
      panels.push(panelJson(panel, panels.length + 1, { x, y, w, h }));
      x += w;
      lineHeight = Math.max(lineHeight, h);
    }
    y += lineHeight;
  }
  return panels;
}

function panelJson(panel: Panel, id: number, gridPos: object): object {
  const { kind, title, description, unit, queries, badAbove } = panel;
  const steps = [
    { color: 'green', value: null },
    ...(badAbove === undefined ? [] : [{ color: 'red', value: badAbove + Number.EPSILON }]),
  ];
  const custom = kind === 'timeseries' ? { custom: { lineWidth: 1, fillOpacity: 8, showPoints: 'never' } } : {};
  return {
    id,
    type: kind,
    title,
    description,
    gridPos,
    datasource: DATASOURCE,
    fieldConfig: {
      defaults: { unit, min: kind === 'timeseries' ? 0 : null, thresholds: { mode: 'absolute', steps }, ...custom },
      overrides: [],
    },
    options: optionsOf(kind),
    targets: queries.map((query, index) => targetJson(query, index, kind)),
  };
}

function optionsOf(kind: Panel['kind']): object {
  return kind === 'stat'
    ? { reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false }, colorMode: 'value', graphMode: 'area' }
    : { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi', sort: 'desc' } };
}

function targetJson({ expr, legend }: Query, index: number, kind: Panel['kind']): object {
  return {
    refId: String.fromCodePoint(65 + index),
    datasource: DATASOURCE,
    expr,
    legendFormat: legend,
    ...(kind === 'stat' ? { instant: true, range: false } : { range: true }),
  };
}

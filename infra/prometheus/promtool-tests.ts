import { BEGINS, HEALTHY, REST, type Values } from './healthy.ts';
import { type Scene, SCENES } from './scenes.ts';

/** What every alert has: a severity, and the section of the documents that says what to do. */
export interface AlertLabels {
  readonly severity: string;
  readonly runbook: string;
}

/** The scenes as a file for `promtool test rules`; `alerts` holds those of the rules by name. */
export function promtoolTests(rule_files: readonly string[], alerts: ReadonlyMap<string, AlertLabels>): object {
  const tests = SCENES.map((scene) => promtoolTest(scene, alerts));
  return { rule_files, evaluation_interval: '15s', tests };
}

const FIRING = 'count by (alertname) (ALERTS{alertstate="firing"})';

function promtoolTest(scene: Scene, alerts: ReadonlyMap<string, AlertLabels>): object {
  const { title, changes, calmAt, firesAt, fires } = scene;
  const series = { ...HEALTHY, ...changes };
  const firing = Object.entries(fires).map(([alert, value]) => ({ labels: `{alertname="${alert}"}`, value }));
  return {
    name: title,
    interval: '15s',
    input_series: Object.entries(series).map(([name, values]) => ({ series: name, values: values ?? ends(name) })),
    promql_expr_test: [
      { expr: FIRING, eval_time: `${calmAt}m`, exp_samples: [] },
      { expr: FIRING, eval_time: `${firesAt}m`, exp_samples: firing },
    ],
    alert_rule_test: textTests(scene, alerts),
  };
}

function textTests({ says, firesAt }: Scene, alerts: ReadonlyMap<string, AlertLabels>): readonly object[] {
  if (says === undefined) return [];
  const { alert, labels, summary, description } = says;
  const { severity, runbook } = alerts.get(alert) ?? { severity: '', runbook: '' };
  return [
    {
      eval_time: `${firesAt}m`,
      alertname: alert,
      exp_alerts: [{ exp_labels: { ...labels, severity }, exp_annotations: { summary, description, runbook } }],
    },
  ];
}

/** The values of a healthy series until the tenth minute; then it is stale, as after a failed scrape. */
function ends(name: string): Values {
  return (HEALTHY[name] ?? '').replace(/x\d+$/, `x${BEGINS - 1} stale _x${REST - 1}`);
}

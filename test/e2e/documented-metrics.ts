/** A metric: its type, and the labels of its series. */
export interface Metric {
  readonly type: string;
  readonly labels: readonly string[];
}

/** The metrics in the tables of docs/metrics.md, by name. */
export function documentedMetrics(markdown: string): ReadonlyMap<string, Metric> {
  return new Map(
    [...markdown.matchAll(/^\| `(hilo_\w+)` \| (\w+) \|([^|]*)\|/gm)].map(([, name = '', type = '', labels = '']) => [
      name,
      {
        type,
        labels: labels
          .split(',')
          .map((label) => label.trim())
          .filter((label) => label !== '')
          .sort(),
      },
    ]),
  );
}

/** The metrics of Hilo in an exposition, by name; labels are null for one without any series yet. */
export function exposedMetrics(
  exposition: string,
): ReadonlyMap<string, { type: string; labels: readonly string[] | null }> {
  const metrics = new Map<string, { type: string; labels: readonly string[] | null }>();
  for (const [, name = '', type = ''] of exposition.matchAll(/^# TYPE (hilo_\w+) (\w+)$/gm))
    metrics.set(name, { type, labels: null });
  for (const [, series = '', labels = ''] of exposition.matchAll(/^(hilo_\w+)(?:\{(.*)\})? \S+$/gm)) {
    const metric = metrics.get(series) ?? metrics.get(series.replace(/_(bucket|sum|count)$/, ''));
    if (metric === undefined) throw new Error(`a series without a type: ${series}`);
    const names = [...labels.matchAll(/(\w+)="(?:[^"\\]|\\.)*"/g)].map(([, label = '']) => label);
    metric.labels = names.filter((label) => label !== 'le').sort();
  }
  return metrics;
}

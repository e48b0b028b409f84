import { parseJson } from '@hilo/exact-json';
import type { OpenTests } from './open-tests.ts';
import type { SeriesView } from './question.ts';
import type { Detail, RememberedEvent, Series } from './series.ts';
import { addedTotals, totalsOf } from './totals.ts';

/**
 * The series with only those of its events that pass the tests for the question's traits and moment. The question is noted
 * when one of them begins or ceases to pass.
 */
export function openView(tests: OpenTests): SeriesView {
  return (series, question) => {
    const asked = { nowMs: question.nowMs, untilMs: question.eventsUntilMs };
    const passes = tests.at(question.profile.facts.traits.exact, asked);
    // Each event is asked, also for when its answer changes.
    const kept = [...series.details.keys()].filter((at) => passes(series.details[at]?.open ?? []));
    question.eventsUntilMs = asked.untilMs;
    const [first, last] = [kept[0], kept.at(-1)];
    const details = kept.map((at) => series.details[at] as Detail);
    return {
      ...series,
      timesMs: kept.map((at) => series.timesMs[at] as number),
      details,
      count: details.length,
      get totals() {
        return details.map(({ scalars }) => totalsOf(scalars[0] ?? [])).reduce(addedTotals, null);
      },
      first: first === undefined ? null : remembered(series, first),
      last: last === undefined ? null : remembered(series, last),
    };
  };
}

function remembered({ timesMs, details }: Series, at: number): RememberedEvent {
  const { whole, ...place } = details[at] as Detail;
  const values = whole === undefined ? [] : (parseJson(whole) as unknown[][]);
  return { ...place, timestampMs: timesMs[at] as number, values };
}

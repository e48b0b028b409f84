import type { SequenceCondition, Step } from '@hilo/behaviour/version-2/language';
import { joined, selectorWords, windowWords } from './event-words.ts';
import { lengthWords, type Speaker, whereWords } from './test-words.ts';

/** Events in an order. */
export function sequenceWords({ sequence, within, span, same }: SequenceCondition, speaker: Speaker): string {
  const { t, formats } = speaker;
  return [
    sequence.map((step) => stepWords(step, speaker)).join(t.andThen),
    same === undefined ? '' : t.same(formats.list(same)),
    span === undefined ? '' : t.span(lengthWords(span, speaker)),
    within === undefined ? '' : t.allWithin(windowWords(within, speaker)),
  ].join('');
}

function stepWords(step: Step, speaker: Speaker): string {
  const { t, formats } = speaker;
  const where = whereWords(step.where, speaker);
  if ('none' in step) {
    const didNot = joined(selectorWords(step.none, speaker, 'didNot'), where);
    return t.noneFor(didNot, lengthWords(step.within, speaker));
  }
  const absent = (step.without ?? []).map((event) =>
    joined(selectorWords(event.did, speaker, 'events'), whereWords(event.where, speaker)),
  );
  return joined(
    selectorWords(step.did, speaker, 'did'),
    where,
    step.within === undefined ? '' : t.soonAfter(lengthWords(step.within, speaker)),
    absent.length === 0 ? '' : t.without(formats.either(absent)),
  );
}

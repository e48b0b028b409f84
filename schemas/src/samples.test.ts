import { expect, it } from 'vitest';
import { LocalCodec } from './local-codec.ts';
import { sampleOf } from './samples.ts';
import { TOPICS } from './topics.ts';

const topics = TOPICS.filter(({ schema }) => schema !== null).map(({ name }) => name as Parameters<typeof sampleOf>[0]);

it.each(topics)('the sample of %s is what its schema reads back', (topic) => {
  const codec = new LocalCodec();
  const sample = sampleOf(topic);
  const read = codec.decode(topic, codec.encode(topic, sample));
  expect(read).toEqual({ ok: true, value: sample });
});

it('fields of the caller take the place of its own', () => {
  expect(sampleOf('events.identified', { profile_id: 'p_z' })).toEqual({
    ...sampleOf('events.identified'),
    profile_id: 'p_z',
  });
});

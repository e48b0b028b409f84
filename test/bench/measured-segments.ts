import type { Pipeline } from './pipeline.ts';

/** The segments that the bench watches: the one of the promise, and one short enough to be left during a run. */
const SEGMENTS = [
  {
    key: 'bench-two-orders',
    name: 'Bench: two or more orders in 10 minutes',
    condition: { did: 'Order Completed', count: { gte: 2 }, within: '10m' },
  },
  {
    key: 'bench-order-now',
    name: 'Bench: a big order in the last 5 seconds',
    condition: { did: 'Order Completed', where: [{ property: 'revenue', is: { gte: 200 } }], within: '5s' },
  },
] as const;

/** Creates the bench's segments and its webhook destination; resolves with the function that removes them. */
export async function watchSegments(pipeline: Pipeline, webhookUrl: string): Promise<() => Promise<void>> {
  const { segmentationUrl, activationUrl } = pipeline.credentials;
  const destination = `${activationUrl}/v1/destinations/bench`;
  for (const { key, name, condition } of SEGMENTS)
    await pipeline.put(`${segmentationUrl}/v1/segments/${key}`, { name, condition });
  for (const { key } of SEGMENTS) await pipeline.published(key);
  await pipeline.put(destination, {
    type: 'webhook',
    settings: { url: webhookUrl },
    segments: SEGMENTS.map(({ key }) => key),
  });
  return async () => {
    await pipeline.remove(destination);
    for (const { key } of SEGMENTS) await pipeline.remove(`${segmentationUrl}/v1/segments/${key}`);
  };
}

import { readFileSync } from 'node:fs';
import { Analytics } from '@segment/analytics-node';

const { ingestionUrl, writeKey } = JSON.parse(readFileSync('.hilo/credentials.json', 'utf8'));
const analytics = new Analytics({ writeKey, host: ingestionUrl });
analytics.identify({ userId: 'ada', traits: { email: 'ada@example.com', country: 'Spain' } });
analytics.track({ userId: 'ada', event: 'Order Completed', properties: { revenue: 9.5, currency: 'EUR' } });
await analytics.closeAndFlush();

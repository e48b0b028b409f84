import { Gauge, Histogram } from 'prom-client';
import { isUnavailable } from './clickhouse-client.ts';

const duration = new Histogram({
  name: 'hilo_clickhouse_request_duration_seconds',
  help: 'Time of one request to ClickHouse, by how it ended: ok, away (it may work later), or error.',
  labelNames: ['operation', 'outcome'],
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
});
const underWay = new Gauge({
  name: 'hilo_clickhouse_requests_in_flight',
  help: 'Requests to ClickHouse that wait for a connection or an answer; beyond 8 per client they wait.',
  labelNames: ['operation'],
});

for (const operation of ['insert', 'query']) underWay.set({ operation }, 0);

/** Makes a request to ClickHouse and counts it. */
export async function timeRequest<T>(operation: 'insert' | 'query', request: () => Promise<T>): Promise<T> {
  const end = duration.startTimer({ operation });
  underWay.inc({ operation });
  try {
    const answer = await request();
    end({ outcome: 'ok' });
    return answer;
  } catch (error) {
    end({ outcome: isUnavailable(error) ? 'away' : 'error' });
    throw error;
  } finally {
    underWay.dec({ operation });
  }
}

import type { Api as ConsoleApi } from '@hilo/console/contract';
import type { SchemaOf } from '@hilo/service/contract';

/** How everything is, as `/api/live` sends it every second. */
export type Overview = SchemaOf<ConsoleApi, 'Overview'>;

/** A service and how its instances are. */
export type ServiceState = SchemaOf<ConsoleApi, 'ServiceState'>;

/** How an instance of a service is. */
export type InstanceState = ServiceState['instances'][number]['state'];

/** A stage of the stream, all of its instances together. Null: not known (yet). */
export type StageState = SchemaOf<ConsoleApi, 'StageState'>;

/** A segment and its size. */
export type SegmentSize = SchemaOf<ConsoleApi, 'SegmentSize'>;

/** A membership change that reached the console's webhook. */
export type WebhookCall = SchemaOf<ConsoleApi, 'WebhookCall'>;

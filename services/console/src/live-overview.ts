import {
  type SegmentOverview,
  type ServiceOverview,
  type StageOverview,
  servicesOf,
  stagesOf,
} from './domain/overview.ts';
import { healthOf, type StageHealth } from './domain/stage-health.ts';
import { LiveFeed } from './live-feed.ts';
import type { ReadSegments } from './ports.ts';
import type { RecentRounds } from './recent-rounds.ts';
import type { ReceivedCall, WebhookReceiver } from './webhook-receiver.ts';

/** Everything that the page shows, as of one moment. */
export interface Overview {
  /** ISO time. */
  readonly at: string;
  readonly services: readonly ServiceOverview[];
  readonly stages: readonly (StageOverview & StageHealth)[];
  /** Null while segmentation does not answer. */
  readonly segments: readonly SegmentOverview[] | null;
  /** Calls to the console's own webhook since it started; newest first. */
  readonly webhook: {
    readonly received: number;
    readonly repeats: number;
    readonly refused: number;
    readonly latest: readonly ReceivedCall[];
  };
}

/** What the live overview needs. */
export interface LiveOverviewDependencies {
  readonly rounds: RecentRounds;
  readonly readSegments: ReadSegments;
  readonly receiver: WebhookReceiver;
  readonly clock: { nowMs(): number };
}

/** The state of all services, once a second, while somebody watches. */
export type LiveOverview = LiveFeed<Overview>;

/** Produces the live overview. */
export function liveOverview({ rounds, readSegments, receiver, clock }: LiveOverviewDependencies): LiveOverview {
  return new LiveFeed<Overview>(async () => {
    const [of, segments] = await Promise.all([rounds.read(), readSegments()]);
    const readings = of.at(-1) ?? [];
    return {
      at: new Date(clock.nowMs()).toISOString(),
      services: servicesOf(readings),
      stages: stagesOf(of.at(-2) ?? [], readings).map((stage) => ({ ...stage, ...healthOf(stage.stage, of) })),
      segments,
      webhook: receiver.summary(),
    };
  }, clock);
}

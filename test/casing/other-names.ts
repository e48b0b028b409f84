import type { OtherNames } from './camel-case.ts';

/** By file, the variables that can't take their name in camelCase, and which one they take. */
export const OTHER_NAMES: Readonly<Record<string, OtherNames>> = {
  'infra/stack/start.ts': { first_sign_in: 'signInLine' },
  'packages/streaming/src/adapters/group-membership.ts': { member_id: 'ownId' },
  'packages/streaming/src/adapters/kafkajs-consumer.ts': { high_watermark: 'watermark' },
  'services/activation/src/domain/superseded.test.ts': { is_large: 'hasLarge' },
  'services/console/src/domain/page-path.test.ts': { is_page: 'expected' },
  'services/console/web/src/dashboards/dashboard-page.tsx': { may_change: 'canChange' },
  'services/console/web/src/events/way.ts': { is_final: 'ended' },
  'services/console/web/src/explore/domain/counted-columns.ts': { is_counted: 'counts' },
  'services/ingestion/src/domain/judge-event.ts': { received_ms: 'receiptMs' },
  'services/segmentation/src/domain/compile.ts': { asks_traits: 'anyAsksTraits' },
  'services/segmentation/src/testing/naive-evaluation.ts': { length_ms: 'windowMs' },
  'test/bench/compare-builds.ts': { warm_up: 'warm' },
  'test/bench/load-run.ts': { foreign_cores: 'foreign' },
};

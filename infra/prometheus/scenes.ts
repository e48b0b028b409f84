import {
  ACCEPTED,
  at,
  BEGINS,
  bugsOf,
  CIRCUIT,
  deadLettersOf,
  DELIVERED,
  DIFFERENCES,
  droppedBy,
  FAILED,
  HEALTHY,
  heldKeysOf,
  lagOf,
  LOCKED_OUT,
  merged,
  nowAndThen,
  of,
  OLDEST,
  RECEIVED,
  recordsOf,
  REFUSED,
  refusedBy,
  REST,
  stalledOf,
  STEPS_A_MINUTE,
  turns,
  type Values,
} from './healthy.ts';

/** A fault after ten healthy minutes, and the alerts that it raises: those, and no others. */
export interface Scene {
  readonly title: string;
  /** Series that differ from a healthy Hilo's; null: absent from the tenth minute on. */
  readonly changes: Readonly<Record<string, Values | null>>;
  /** Minute at which nothing fires yet. */
  readonly calmAt: number;
  /** Minute at which exactly these alerts fire, with how many instances of each. */
  readonly firesAt: number;
  readonly fires: Readonly<Record<string, number>>;
  /** The text of one alert, if it depends on what happens. */
  readonly says?: {
    readonly alert: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly summary: string;
    readonly description: string;
  };
}

/** All series of one instance, gone. */
function gone(service: string): Readonly<Record<string, null>> {
  const ofService = Object.keys(HEALTHY).filter((series) => series.includes(at(service)));
  return Object.fromEntries(ofService.map((series) => [series, null] as const));
}

/** Each alert has its scene; the first four are those that Hilo promises. */
export const SCENES: readonly Scene[] = [
  {
    title: 'a service is killed',
    changes: {
      ...gone('identity'),
      [`up{${at('identity')}}`]: turns(1, `0x${REST}`),
    },
    calmAt: 10,
    firesAt: 15,
    fires: { HiloServiceDown: 1 },
    says: {
      alert: 'HiloServiceDown',
      labels: { job: 'identity', instance: 'identity:80' },
      summary: 'identity is down',
      description: 'Instance identity:80 of identity has not answered for a minute.',
    },
  },
  {
    title: 'the lag fills: segmentation gets more than it can read',
    changes: { [lagOf('segmentation')]: turns(40, `500+1500x${REST}`) },
    calmAt: 14,
    firesAt: 30,
    fires: { HiloLagFilling: 1 },
  },
  {
    title: 'the lag fills, and PostgreSQL, which is too slow, sometimes aborts a step',
    changes: {
      [lagOf('segmentation')]: turns(40, `500+1500x${REST}`),
      [`hilo_stage_retries_total{${of('segmentation')},reason="batch"}`]: nowAndThen(),
    },
    calmAt: 14,
    firesAt: 30,
    fires: { HiloLagFilling: 1 },
  },
  {
    title: 'a destination is dead',
    changes: {
      [CIRCUIT]: turns(0, `1x${REST}`),
      [OLDEST]: turns(3, `15+15x${REST}`),
      [DELIVERED]: `0+100x${BEGINS - 1} ${100 * BEGINS}x${REST}`,
      [`hilo_activation_deliveries_total{${at('activation')},status="failed",reason="refused"}`]: `0+1x${BEGINS - 1} ${BEGINS}x${REST}`,
    },
    calmAt: 14,
    firesAt: 20,
    fires: { HiloDestinationFailing: 1 },
    says: {
      alert: 'HiloDestinationFailing',
      labels: { destination: 'crm' },
      summary: 'Destination crm fails',
      description:
        'For five minutes, no request to crm has succeeded. Its deliveries wait for at most a day, then end as failed.',
    },
  },
  {
    title: 'a poison message arrives',
    changes: {
      [deadLettersOf('ingestion')]: turns(0, `1x${REST}`),
      [ACCEPTED]: `0+1480x${BEGINS - 1} ${1480 * BEGINS - 1}+1480x${REST}`,
    },
    calmAt: 9,
    firesAt: 11,
    fires: { HiloDeadLetters: 1 },
    says: {
      alert: 'HiloDeadLetters',
      labels: { stage: 'ingestion', topic: 'ingestion.dead-letter' },
      summary: 'ingestion writes dead letters',
      description:
        'In the last ten minutes, the stage wrote records that it cannot decode or process to ingestion.dead-letter.',
    },
  },
  {
    title: 'a record triggers a bug, and later ones of its key follow it',
    changes: {
      [deadLettersOf('profile')]: turns(0, `1+1x${REST}`),
      [bugsOf('profile')]: turns(0, `1x${REST}`),
      [heldKeysOf('profile')]: turns(0, `1x${REST}`),
    },
    ...{ calmAt: 9, firesAt: 40, fires: { HiloBug: 1 } },
    says: {
      alert: 'HiloBug',
      labels: { stage: 'profile' },
      summary: 'profile has a bug, and dead-letters the inputs that trigger it',
      description:
        'The code of profile failed on single inputs. They are in its dead-letter topic, with later records of the same keys; all other keys go on.',
    },
  },
  {
    title: 'a record triggers a bug in a stage without keys',
    changes: {
      [deadLettersOf('identity')]: turns(0, `1x${REST}`),
      [bugsOf('identity')]: turns(0, `1x${REST}`),
      [`hilo_stage_outputs_total{${of('identity')},topic="events.identified"}`]: `0+1500x${BEGINS - 1} ${1500 * BEGINS - 1}+1500x${REST}`,
    },
    ...{ calmAt: 9, firesAt: 12, fires: { HiloBug: 1 } },
  },
  {
    title: 'every instance of a service is gone, and its name with it',
    changes: gone('profile'),
    calmAt: 10,
    firesAt: 15,
    fires: { HiloServiceDown: 1 },
    says: {
      alert: 'HiloServiceDown',
      labels: { job: 'profile' },
      summary: 'profile is down',
      description: 'Every instance of profile has not answered for a minute.',
    },
  },
  {
    title: 'a service runs and does not become ready',
    changes: { [`hilo_service_ready{${at('profile')},service="profile"}`]: turns(1, `0x${REST}`) },
    calmAt: 14,
    firesAt: 17,
    fires: { HiloServiceNotReady: 1 },
  },
  {
    title: 'the ingest endpoint is overloaded',
    changes: {
      [`hilo_ingestion_refused_requests_total{${at('ingestion')},reason="overloaded"}`]: turns(0, `30+30x${REST}`),
    },
    calmAt: 11,
    firesAt: 14,
    fires: { HiloIngestionRefusing: 1 },
  },
  {
    title: 'a stage stands still before waiting records',
    changes: {
      [recordsOf('profile')]: `0+1500x${BEGINS - 1} ${1500 * BEGINS}x${REST}`,
      [lagOf('profile')]: turns(40, `1500+1500x${REST}`),
    },
    calmAt: 14,
    firesAt: 30,
    fires: { HiloLagFilling: 1 },
  },
  {
    title: 'a record is missing, and its partition is held',
    changes: { [`hilo_stage_gap{${of('profile')},partition="2"}`]: `_x${BEGINS - 1} 1x${REST}` },
    ...{ calmAt: 9, firesAt: 11, fires: { HiloPartitionHeld: 1 } },
  },
  {
    title: 'a record of an internal topic cannot be decoded, and its partition is held',
    changes: {
      [`hilo_stage_unreadable{${of('profile')},partition="2"}`]: `_x${BEGINS - 1} 1x${REST}`,
      [stalledOf('profile')]: turns(0, `0+15x${REST}`),
    },
    ...{ calmAt: 9, firesAt: 40, fires: { HiloRecordUnreadable: 1 } },
  },
  {
    title: 'a partition makes no progress, and nothing says why',
    changes: {
      [stalledOf('profile')]: turns(0, `0+15x${REST}`),
      [recordsOf('profile')]: `0+1500x${BEGINS - 1} ${1500 * BEGINS}x${REST}`,
      [lagOf('profile')]: turns(40, `1500+1500x${REST}`),
    },
    calmAt: 14,
    firesAt: 30,
    fires: { HiloPartitionStalled: 1 },
    says: {
      alert: 'HiloPartitionStalled',
      labels: { stage: 'profile', partition: '2' },
      summary: 'profile stands still in partition 2',
      description: 'For 20m 0s the partition has had input and made no progress.',
    },
  },
  {
    title: 'identity stands still in a partition, and people wait to leave by time',
    changes: {
      [`hilo_stage_time_behind_seconds{${of('segmentation')},origin="identity/2"}`]: turns(1, `0+15x${REST}`),
      [`hilo_stage_wake_due_seconds{${of('segmentation')}}`]: turns(0, `0+15x${REST}`),
    },
    calmAt: 11,
    firesAt: 20,
    fires: { HiloExitsWait: 1 },
  },
  {
    title: 'a store went back in time, and one of its partitions is not started',
    changes: {
      [`hilo_stage_not_started{${of('identity')},partition="1",reason="store_went_back"}`]: `_x${BEGINS - 1} 1x${REST}`,
    },
    ...{ calmAt: 9, firesAt: 11, fires: { HiloPartitionNotStarted: 1 } },
  },
  {
    title: 'wake-ups are not done, though nothing holds them',
    changes: { [`hilo_stage_wake_overdue_seconds{${of('segmentation')}}`]: turns(0, `0+15x${REST}`) },
    ...{ calmAt: 11, firesAt: 14, fires: { HiloWakeUpsOverdue: 1 } },
  },
  {
    title: 'a handover does not arrive',
    changes: { [`hilo_stage_waiting_seconds{${of('profile')}}`]: turns(0, `0+15x${REST}`) },
    ...{ calmAt: 11, firesAt: 14, fires: { HiloHandoverOverdue: 1 } },
  },
  {
    title: 'PostgreSQL is unavailable to one stage',
    changes: { [`hilo_stage_retries_total{${of('profile')},reason="batch"}`]: `_x${BEGINS - 1} 1+8x${REST}` },
    calmAt: 11,
    firesAt: 14,
    fires: { HiloStoreUnavailable: 1 },
  },
  {
    title: 'PostgreSQL is unavailable to two stages for so long that many records wait',
    changes: merged(
      (['profile', 'history'] as const).map((stage) => ({
        [`hilo_stage_retries_total{${of(stage)},reason="batch"}`]: `_x${BEGINS - 1} 1+8x${REST}`,
        [recordsOf(stage)]: `0+1500x${BEGINS - 1} ${1500 * BEGINS}x${REST}`,
        [lagOf(stage)]: turns(40, `1500+1500x${REST}`),
      })),
    ),
    calmAt: 11,
    firesAt: 30,
    fires: { HiloStoreUnavailable: 2 },
  },
  {
    title: 'ClickHouse takes no rows',
    changes: {
      [`hilo_stage_retries_total{${of('history')},reason="insert"}`]: `_x${BEGINS - 1} 1+8x${REST}`,
      [recordsOf('history')]: `0+1500x${BEGINS - 1} ${1500 * BEGINS}x${REST}`,
      [lagOf('history')]: turns(40, `1500+1500x${REST}`),
    },
    calmAt: 14,
    firesAt: 20,
    fires: { HiloHistoryBehind: 1 },
  },
  {
    title: 'ClickHouse takes rows, and too slowly',
    changes: { [lagOf('history')]: turns(40, `1500+1500x${REST}`) },
    calmAt: 14,
    firesAt: 30,
    fires: { HiloHistoryBehind: 1 },
  },
  {
    title: 'a destination refuses what it gets',
    changes: {
      [`hilo_activation_deliveries_total{${at('activation')},status="failed",reason="refused"}`]: `0+1x${BEGINS - 1} ${BEGINS}+50x${REST}`,
    },
    calmAt: 19,
    firesAt: 30,
    fires: { HiloDeliveriesRefused: 1 },
  },
  {
    title: 'an event ends in no state',
    changes: { [RECEIVED]: `0+1500x${BEGINS - 1} ${1500 * BEGINS + 1}+1500x${REST}` },
    calmAt: 10,
    firesAt: 12,
    fires: { HiloEventsUnaccounted: 1 },
    says: {
      alert: 'HiloEventsUnaccounted',
      labels: { instance: 'ingestion:80' },
      summary: 'The counts of events do not add up',
      description:
        'At ingestion:80, 1 events that were read have no end or two. Accepted, duplicate, rejected and dead letters do not add up to what was received.',
    },
  },
  {
    title: 'an event is identified twice',
    changes: {
      [`hilo_stage_outputs_total{${of('identity')},topic="events.identified"}`]: `0+1500x${BEGINS - 1} ${1500 * BEGINS + 1}+1500x${REST}`,
    },
    calmAt: 10,
    firesAt: 12,
    fires: { HiloEventsUnaccounted: 1 },
  },
  {
    title: 'a delivery does not end in its day',
    changes: { [OLDEST]: turns(3, `89990+15x${REST}`) },
    calmAt: 9,
    firesAt: 12,
    fires: { HiloDeliveryUnended: 1 },
  },
  {
    title: 'somebody guesses passwords from many addresses',
    changes: { [FAILED]: turns(0, `3+3x${REST - 1}`) },
    calmAt: 11,
    firesAt: 16,
    fires: { HiloSignInsFailing: 1 },
  },
  {
    title: 'somebody guesses passwords from one address',
    changes: { [FAILED]: turns(0, `10+1x${REST - 1}`), [LOCKED_OUT]: turns(0, `5+5x${REST - 1}`) },
    calmAt: 9,
    firesAt: 25,
    fires: { HiloSignInsLockedOut: 1 },
  },
  {
    title: 'a program asks a service with a wrong token',
    changes: { [refusedBy('segmentation')]: turns(0, `10+10x${REST - 1}`) },
    calmAt: 11,
    firesAt: 20,
    fires: { HiloRequestsRefused: 1 },
    says: {
      alert: 'HiloRequestsRefused',
      labels: { job: 'segmentation' },
      summary: 'segmentation refuses many requests',
      description:
        'In ten minutes, segmentation has refused 400 requests because of who asked: without a valid token or session, or without the right.',
    },
  },
  {
    title: 'a program asks the console without the right',
    changes: { [REFUSED]: turns(0, `10+10x${REST - 1}`) },
    calmAt: 11,
    firesAt: 20,
    fires: { HiloRequestsRefused: 1 },
  },
  {
    title: 'the receiver of the log does not answer for long',
    changes: { [droppedBy('history')]: turns(0, `0x30 20+20x${REST - 31}`) },
    calmAt: 12,
    firesAt: 25,
    fires: { HiloLogDropped: 1 },
  },
  {
    title: 'verification finds memberships that are not as the history says',
    changes: { [DIFFERENCES]: turns(0, `3x${REST}`) },
    calmAt: 12,
    firesAt: 25,
    fires: { HiloMembershipsDiffer: 1 },
  },
  { title: 'nothing is wrong', changes: {}, calmAt: 20, firesAt: 59, fires: {} },
  {
    title: 'a busy hour: lag that is worked off, destinations that stumble, a restart',
    changes: {
      [lagOf('segmentation')]: turns(40, `9000-300x30 40x${REST - 31}`),
      [CIRCUIT]: turns(0, `1x${2 * STEPS_A_MINUTE} 0x${REST - 2 * STEPS_A_MINUTE - 1}`),
      [`up{${at('profile')}}`]: turns(1, `0x2 1x${REST - 3}`),
      [`hilo_stage_wake_overdue_seconds{${of('segmentation')}}`]: turns(0, `30x${REST}`),
    },
    calmAt: 12,
    firesAt: 16,
    fires: {},
  },
];

import { STAGES } from '@hilo/schemas/stages';

/** Values of a series in promtool's notation, one per quarter of a minute: `1x120`, `0+10x40 stale`. */
export type Values = string;

/** Series by name. */
type Series = Readonly<Record<string, Values>>;

/** Steps of a series in a minute. */
export const STEPS_A_MINUTE = 4;
/** Scenes last an hour. */
const STEPS = 60 * STEPS_A_MINUTE;
/** The step at which the fault happens. */
export const BEGINS = 10 * STEPS_A_MINUTE;
/** Steps from then on. */
export const REST = STEPS - BEGINS;
const SERVICES = ['console', ...STAGES] as const;
/** Labels that the scrape gives to an instance. */
export const at = (service: string) => `job="${service}",instance="${service}:80"`;
/** The same of a stage. */
export const of = (stage: string) => `${at(stage)},stage="${stage}"`;

/** A constant, and a counter that grows by `step` each quarter of a minute. */
const steady = (value: number): Values => `${value}x${STEPS}`;
const grows = (step: number): Values => `0+${step}x${STEPS}`;
/** One value until the tenth minute, then another. */
export const turns = (before: number, after: Values): Values => `${before}x${BEGINS - 1} ${after}`;

const INPUTS: Readonly<Record<(typeof STAGES)[number], string>> = {
  ingestion: 'events.received',
  identity: 'events.accepted',
  profile: 'events.identified',
  segmentation: 'events.identified',
  activation: 'segments.membership',
  history: 'events.identified',
};

/** Events that ingestion has read. */
export const RECEIVED = `hilo_stage_records_total{${of('ingestion')},topic="events.received"}`;
/** Events that ended as accepted. */
export const ACCEPTED = `hilo_ingestion_ended_events_total{${at('ingestion')},state="accepted",reason="none"}`;
/** Records that wait for a stage. */
export const lagOf = (stage: string) => `hilo_stage_lag_records{${of(stage)},topic="in",partition="0"}`;
/** Records that a stage has read. */
export const recordsOf = (stage: (typeof STAGES)[number]) =>
  `hilo_stage_records_total{${of(stage)},topic="${INPUTS[stage]}"}`;
/** Dead letters of a stage. */
export const deadLettersOf = (stage: string) => `hilo_stage_outputs_total{${of(stage)},topic="${stage}.dead-letter"}`;
/** Inputs of a stage on which its code failed. */
export const bugsOf = (stage: string) => `hilo_stage_bugs_total{${of(stage)}}`;
/** Keys that a stage holds. */
export const heldKeysOf = (stage: string) => `hilo_stage_held_keys{${of(stage)}}`;
/** How long a partition of a stage has made no progress. */
export const stalledOf = (stage: string) => `hilo_stage_stalled_seconds{${of(stage)},partition="2"}`;
const signInsOf = (outcome: string, reason: string) =>
  `hilo_console_sign_ins_total{${at('console')},outcome="${outcome}",reason="${reason}"}`;
/** Attempts to sign in that failed. */
export const FAILED = signInsOf('sign_in_failed', 'wrong_password');
/** Attempts to sign in that were locked out. */
export const LOCKED_OUT = signInsOf('locked_out', 'too_many_attempts');
/** Requests that the console refused. */
export const REFUSED = `hilo_console_refusals_total{${at('console')},reason="forbidden"}`;
/** Requests that a service refused. */
export const refusedBy = (service: string) => `hilo_http_refusals_total{${at(service)},reason="unauthorized"}`;
/** Log records that a service gave up. */
export const droppedBy = (service: string) => `hilo_log_records_dropped_total{${at(service)},reason="full"}`;
/** Memberships that differ from the history. */
export const DIFFERENCES = `hilo_segmentation_differences{${at('segmentation')}}`;
/** Whether a destination fails. */
export const CIRCUIT = `hilo_activation_circuit_open{${at('activation')},destination="crm"}`;
/** Deliveries that arrived. */
export const DELIVERED = `hilo_activation_deliveries_total{${at('activation')},status="delivered",reason=""}`;
/** How long the oldest delivery has waited. */
export const OLDEST = `hilo_activation_oldest_delivery_seconds{${at('activation')}}`;

/** Hilo at a hundred events per second, with nothing wrong: some duplicates, some rejections, a little lag. */
export const HEALTHY: Series = {
  ...merged(
    SERVICES.map((service) => ({
      [`up{${at(service)}}`]: steady(1),
      [`hilo_service_ready{${at(service)},service="${service}"}`]: steady(1),
    })),
  ),
  ...merged(
    STAGES.map((stage) => ({
      [recordsOf(stage)]: grows(1500),
      [lagOf(stage)]: steady(40),
      [deadLettersOf(stage)]: steady(0),
      [bugsOf(stage)]: steady(0),
      [heldKeysOf(stage)]: steady(0),
      [stalledOf(stage)]: steady(0),
      [`hilo_stage_wake_overdue_seconds{${of(stage)}}`]: steady(0),
      [`hilo_stage_waiting_seconds{${of(stage)}}`]: steady(0),
      [`hilo_stage_retries_total{${of(stage)},reason="conflict"}`]: grows(1),
    })),
  ),
  [ACCEPTED]: grows(1480),
  [`hilo_ingestion_ended_events_total{${at('ingestion')},state="duplicate",reason="duplicate"}`]: grows(15),
  [`hilo_ingestion_ended_events_total{${at('ingestion')},state="rejected",reason="missing_event"}`]: grows(6),
  // Replayed dead letters are read once more, and end.
  [`hilo_stage_records_total{${of('ingestion')},topic="ingestion.replay"}`]: grows(1),
  [`hilo_stage_outputs_total{${of('identity')},topic="events.identified"}`]: grows(1500),
  [`hilo_stage_outputs_total{${of('identity')},topic="identity.merges"}`]: grows(3),
  [`hilo_ingestion_refused_requests_total{${at('ingestion')},reason="unknown_key"}`]: grows(2),
  [signInsOf('signed_in', 'none')]: grows(1),
  [FAILED]: nowAndThen(),
  [LOCKED_OUT]: steady(0),
  [REFUSED]: nowAndThen(),
  [refusedBy('segmentation')]: nowAndThen(),
  [droppedBy('history')]: steady(0),
  [DIFFERENCES]: steady(0),
  [CIRCUIT]: steady(0),
  [OLDEST]: steady(3),
  [DELIVERED]: grows(100),
  [`hilo_activation_deliveries_total{${at('activation')},status="failed",reason="refused"}`]: grows(1),
};

/** Series of several parts together. */
export function merged(parts: readonly Series[]): Series {
  return Object.fromEntries(parts.flatMap((part) => Object.entries(part)));
}

/** A counter that goes up by one every four minutes. */
export function nowAndThen(): Values {
  return Array.from({ length: 16 }, (_, count) => `${count}x${4 * STEPS_A_MINUTE - 1}`).join(' ');
}

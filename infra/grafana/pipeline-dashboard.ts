import { ask, askWhether, type Dashboard, number, plot, quantile, rate, SERVICES } from './panels.ts';

const DEAD_LETTERS = 'hilo_stage_outputs_total{topic=~".+[.]dead-letter"}';

/** The whole of Hilo on one page. */
export const PIPELINE: Dashboard = {
  uid: 'hilo-pipeline',
  title: 'Hilo · Pipeline',
  description: 'What comes in, how it ends, how long it takes, and whether anything is wrong.',
  rows: [
    {
      title: 'Is anything wrong?',
      panels: [
        number('Alerts', 'none', 'Alerts firing now.', ask('count(ALERTS{alertstate="firing"}) or vector(0)', ''), 0),
        number(
          'Instances down',
          'none',
          'Instances of services that do not answer.',
          ask(`count(up{job=~"${SERVICES}"} == 0) or vector(0)`, ''),
          0,
        ),
        number(
          'Events unaccounted for',
          'none',
          'Events received with no end, or two. Anything but 0 is a bug.',
          ask(
            'sum(abs(instance:hilo_events_unaccounted:difference)) + sum(abs(instance:hilo_events_unidentified:difference))',
            '',
          ),
          0,
        ),
        number(
          'Partitions held',
          'none',
          'Partitions with a missing record.',
          ask('count(hilo_stage_gap == 1) or vector(0)', ''),
          0,
        ),
        number(
          'Dead letters, last hour',
          'none',
          'Records that stages could not process.',
          ask('sum(increase(hilo_stage_outputs_total{topic=~".+[.]dead-letter"}[1h]))', ''),
          0,
        ),
        number(
          'Destinations failing',
          'none',
          'Destinations that get at most single requests.',
          ask('count(hilo_activation_circuit_open == 1) or vector(0)', ''),
          0,
        ),
      ],
    },
    {
      title: 'Flow',
      panels: [
        plot(
          'Records read',
          'cps',
          'By stage, all instances together.',
          ask(rate('hilo_stage_records_total', 'stage'), '{{stage}}'),
        ),
        plot('Records written', 'cps', 'By topic.', ask(rate('hilo_stage_outputs_total', 'topic'), '{{topic}}')),
        plot(
          'How events end',
          'cps',
          'Each ends in exactly one of these states.',
          ask(rate('hilo_ingestion_ended_events_total', 'state'), '{{state}}'),
        ),
        plot(
          'Rejections',
          'cps',
          'By reason (docs/reasons.md).',
          askWhether(rate('hilo_ingestion_ended_events_total{state="rejected"}', 'reason'), '{{reason}}'),
        ),
        plot(
          'Membership changes',
          'cps',
          'Entered and exited, by cause.',
          askWhether(rate('hilo_segmentation_decisions_total', 'status, reason'), '{{status}} by {{reason}}'),
        ),
        plot(
          'How deliveries end',
          'cps',
          'By status and reason.',
          ask(rate('hilo_activation_deliveries_total', 'status, reason'), '{{status}} {{reason}}'),
        ),
      ],
    },
    {
      title: 'How far behind',
      panels: [
        plot(
          'Lag',
          'short',
          'Records that a stage has not read.',
          ask('stage:hilo_stage_lag_records:sum', '{{stage}}'),
        ),
        plot(
          'Lag, as time',
          's',
          'How long the waiting records take at the current rate.',
          ask('stage:hilo_stage_lag:drain_seconds', '{{stage}}'),
        ),
        plot(
          'Event time',
          's',
          'How long ago the newest events of the last batch happened.',
          ask('max by (stage) (hilo_stage_event_lag_seconds)', '{{stage}}'),
        ),
        plot(
          'Latency end to end, median',
          's',
          'From the receipt of an event to the commit of the stage.',
          ask(quantile(0.5, 'hilo_stage_latency_seconds', '', 'stage'), '{{stage}}'),
        ),
        plot(
          'Latency end to end, 99 %',
          's',
          'From the receipt of an event to the commit of the stage.',
          ask('stage:hilo_stage_latency_seconds:p99_5m', '{{stage}}'),
        ),
        plot(
          'Deliveries, 99 %',
          's',
          'From the creation of a delivery to its end.',
          askWhether(quantile(0.99, 'hilo_activation_delivery_duration_seconds', '', 'status'), '{{status}}'),
        ),
      ],
    },
    {
      title: 'Loss is zero',
      panels: [
        plot(
          'Received and ended',
          'short',
          'Since each process began: the two lines coincide.',
          ask('sum(instance:hilo_events_received:sum)', 'received'),
          ask('sum(instance:hilo_events_ended:sum)', 'ended'),
        ),
        plot(
          'Deliveries created, and how they ended',
          'short',
          'In the last hour; created and not ended means waiting.',
          ask('sum(increase(hilo_activation_queued_deliveries_total[1h]))', 'made'),
          ask('sum by (status) (increase(hilo_activation_deliveries_total[1h]))', '{{status}}'),
        ),
        plot(
          'Waiting deliveries',
          'short',
          'After a failed first attempt.',
          ask('max(hilo_activation_waiting_deliveries)', 'waiting'),
        ),
        plot('Dead letters', 'cps', 'Dead letters, by topic.', ask(rate(DEAD_LETTERS, 'topic'), '{{topic}}')),
        plot(
          'Repeats on the wire',
          'cps',
          'Records that came twice and were dropped, by stage.',
          askWhether(rate('hilo_stage_drops_total{reason="duplicate_delivery"}', 'stage'), '{{stage}}'),
        ),
        plot(
          'Retries',
          'cps',
          'Conflict is normal; anything else means that a store is unavailable.',
          askWhether(rate('hilo_stage_retries_total', 'stage, reason'), '{{stage}} {{reason}}'),
        ),
      ],
    },
    {
      title: 'Time and merges',
      panels: [
        plot(
          'Timers due',
          's',
          'How long the oldest due wake-up waits, and the oldest that nothing holds back.',
          ask('max by (stage) (hilo_stage_wake_due_seconds)', '{{stage}} due'),
          ask('max by (stage) (hilo_stage_wake_overdue_seconds)', '{{stage}} overdue'),
        ),
        plot(
          'Wake-ups',
          'cps',
          'Keys woken because they were due.',
          askWhether(rate('hilo_stage_timer_lag_seconds_count', 'stage'), '{{stage}}'),
        ),
        plot(
          'Handovers awaited',
          's',
          'How long the oldest merged profile has waited.',
          ask('max by (stage) (hilo_stage_waiting_seconds)', '{{stage}}'),
        ),
      ],
    },
  ],
};

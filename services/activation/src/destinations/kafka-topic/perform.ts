import { kafkaClient } from '@hilo/streaming';
import type { Outcome, PermanentReason } from '../../domain/attempt.ts';
import { type Attempt, type DestinationResources, TargetUnavailableError } from '../destination-type.ts';
import type { SettingsOf } from '../fields.ts';
import type { FIELDS } from './fields.ts';
import { refusalOf } from './refusals.ts';
import { isReserved } from './reserved.ts';
import { type Message, TopicAppender } from './topic-appender.ts';

type Settings = SettingsOf<typeof FIELDS>;

/** Topics that are written to at once; each has a producer of its own, so that a broken one holds up no other. */
const MAX_TOPICS = 50;
const LOOK_UP_MS = 5_000;

/** Writes deliveries to topics of the Kafka that Hilo runs on. */
export class TopicWrites {
  readonly #kafka;
  /** By topic, the one used last at the end. */
  readonly #appenders = new Map<string, TopicAppender>();

  constructor({ kafkaBrokers: brokers, kafkaSecurity: security, logger }: DestinationResources) {
    this.#kafka = kafkaClient({ brokers, security, clientId: 'hilo-activation-topics', logger });
  }

  async perform({ settings, delivery, signal, traceparent }: Attempt<Settings>): Promise<Outcome> {
    // Refused when it was saved, but a later release may have more topics of its own.
    if (isReserved(settings.topic)) return permanent('refused', 'The topic belongs to Hilo or to Kafka itself.');
    const { idempotency_key, delivery_id, profile_id, body } = delivery;
    const headers = {
      ...Object.fromEntries((settings.headers ?? []).map(headerOf)),
      ...{ 'idempotency-key': idempotency_key, 'delivery-id': delivery_id },
      ...(traceparent === undefined ? {} : { traceparent }),
    };
    try {
      await inTime(this.#append(settings.topic, { key: profile_id, value: body, headers }, signal), signal);
      return { kind: 'delivered', answer: null };
    } catch (error) {
      return failureOf(error, signal);
    }
  }

  /** Whether there is a topic. Rejects with `TargetUnavailableError` if Kafka does not say. */
  async exists(topic: string): Promise<boolean> {
    const admin = this.#kafka.admin();
    const look = async () => {
      await admin.connect();
      return (await admin.listTopics()).includes(topic);
    };
    try {
      return await inTime(look(), AbortSignal.timeout(LOOK_UP_MS));
    } catch (error) {
      throw new TargetUnavailableError('Kafka does not say for now whether the topic exists.', { cause: error });
    } finally {
      void admin.disconnect().catch(() => undefined);
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#appenders.values()].map((appender) => appender.close()));
  }

  #append(topic: string, message: Message, signal: AbortSignal): Promise<void> {
    const appender = this.#appenders.get(topic) ?? new TopicAppender(this.#kafka, topic);
    this.#appenders.delete(topic);
    this.#appenders.set(topic, appender);
    const [oldest] = this.#appenders;
    if (this.#appenders.size > MAX_TOPICS && oldest !== undefined) {
      this.#appenders.delete(oldest[0]);
      void oldest[1].close();
    }
    return appender.append(message, signal);
  }
}

function headerOf(line: string): readonly [name: string, value: string] {
  const [name = '', ...value] = line.split(': ');
  return [name, value.join(': ')];
}

/** Waits no longer than the signal says. What comes later is nobody's. */
async function inTime<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  work.catch(() => undefined);
  signal.addEventListener('abort', abort);
  try {
    return await Promise.race([work, late]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

function failureOf(error: unknown, signal: AbortSignal): Outcome {
  const refusal = refusalOf(error);
  if (refusal !== null) return permanent(refusal.reason, refusal.said);
  return {
    kind: 'transient_failure',
    reason: signal.aborted ? 'timeout' : 'network',
    retryAfterMs: null,
    answer: null,
  };
}

function permanent(reason: PermanentReason, body: string): Outcome {
  return { kind: 'permanent_failure', reason, answer: { status: null, body } };
}

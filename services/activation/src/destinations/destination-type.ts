import type { Logger } from '@hilo/service';
import type { KafkaSecurity } from '@hilo/streaming';
import type { Outcome } from '../domain/attempt.ts';
import type { Settings } from '../domain/destination.ts';
import type { Fields, SettingsOf, Words } from './fields.ts';
import type { AllowedNetwork } from './webhook/address.ts';

/** A kind of destination: what it asks for, and how it performs one delivery. A folder beside this file holds each. */
export interface DestinationType<F extends Fields = Fields, S = Settings> {
  /** As the HTTP API names it; kebab-case. */
  readonly key: string;
  readonly title: string;
  readonly description: string;
  /** The settings. The first field says where the destination leads: lists show it. */
  readonly fields: F;
  /** Secrets that are generated if nobody gives them: what each begins with, by field. */
  readonly generated?: { readonly [K in keyof F['properties']]?: string };
  /** The same words in the console's other language. */
  readonly es: Words<F>;
  /** Called once in each process; connects to nothing yet. */
  open(resources: DestinationResources): OpenDestination<S>;
}

/** What a type may use. */
export interface DestinationResources {
  readonly logger: Logger;
  /** Hosts and networks that may be called although they are not public. */
  readonly allowedNetworks: readonly AllowedNetwork[];
  /** Whether the operator wants every connection encrypted (`HILO_TLS=required`). */
  readonly requiresTls: boolean;
  /** Longest time of one attempt. */
  readonly timeoutMs: number;
  /** Attempts under way to one destination at once. */
  readonly concurrency: number;
  readonly kafkaBrokers: readonly string[];
  readonly kafkaSecurity?: KafkaSecurity | undefined;
}

/** A type at work. */
export interface OpenDestination<S = Settings> {
  /** Judges settings that fit the fields' schema. Rejects with `TargetUnavailableError` if that is not possible for now. */
  accept(settings: S): Promise<Acceptance<S>>;
  /** Performs one attempt. Never rejects: what goes wrong is an outcome. Ends at the latest when `signal` aborts. */
  perform(attempt: Attempt<S>): Promise<Outcome>;
  close(): Promise<void>;
}

/** The settings as they are stored, or the field at fault and what would be right. */
export type Acceptance<S = Settings> =
  | { readonly kind: 'accepted'; readonly settings: S }
  | { readonly kind: 'refused'; readonly field: string; readonly detail: string };

/** The system that settings lead to does not say whether they are right. */
export class TargetUnavailableError extends Error {
  override readonly name = 'TargetUnavailableError';
}

/** One attempt at a delivery. */
export interface Attempt<S = Settings> {
  readonly settings: S;
  readonly delivery: {
    readonly delivery_id: string;
    /** The same for every attempt and every retry. */
    readonly idempotency_key: string;
    readonly profile_id: string;
    /** The membership change as JSON text, the same whatever the type. */
    readonly body: string;
  };
  /** Aborts when the attempt has taken as long as it may. */
  readonly signal: AbortSignal;
  /** The trace that goes on with this attempt; undefined for most. */
  readonly traceparent: string | undefined;
}

/** Declares a type, whose `accept` and `perform` get settings of the type that its fields say. */
export function destinationType<const F extends Fields>(type: DestinationType<F, SettingsOf<F>>): DestinationType {
  // Settings are checked against the same fields before they are stored.
  return type as unknown as DestinationType;
}

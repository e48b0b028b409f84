import { randomBytes } from 'node:crypto';
import type { Settings } from '../domain/destination.ts';
import type { DestinationType } from './destination-type.ts';

const SECRET_BYTES = 24;

/** Names of the fields that are secrets. */
export function secretsOf({ fields }: DestinationType): readonly string[] {
  return Object.entries(fields.properties)
    .filter(([, { writeOnly }]) => writeOnly === true)
    .map(([name]) => name);
}

/** Settings without the secrets, in the order of the fields. Of a type that this release does not know, anything may be one. */
export function shownSettings(type: DestinationType | undefined, settings: Settings): Settings {
  return type === undefined ? {} : inOrder(type, settings, secretsOf(type));
}

/** Settings with the secrets, in the order of the fields: for the answer that creates a destination. */
export function allSettings(type: DestinationType, settings: Settings): Settings {
  return inOrder(type, settings, []);
}

function inOrder({ fields }: DestinationType, settings: Settings, without: readonly string[]): Settings {
  const entries = Object.keys(fields.properties).flatMap((name) => {
    const value = settings[name];
    return value === undefined || without.includes(name) ? [] : [[name, value] as const];
  });
  return Object.fromEntries(entries);
}

/** Settings that are complete, or the secret that is missing. */
export type Completed =
  | {
      readonly kind: 'complete';
      readonly settings: Settings;
      /** Secrets that nobody gave: those that are stored stay. */
      readonly kept: readonly string[];
    }
  | { readonly kind: 'missing'; readonly field: string };

/** Completes the settings that a caller gave with the secrets that are there, or else with new ones. */
export function completeSettings(type: DestinationType, given: Settings, before: Settings | undefined): Completed {
  const kept = secretsOf(type).filter((name) => given[name] === undefined);
  const settings = { ...given };
  for (const name of kept) {
    const value = before?.[name] ?? generated(type, name);
    if (value !== undefined) settings[name] = value;
    else if (type.fields.required.includes(name)) return { kind: 'missing', field: name };
  }
  return { kind: 'complete', settings, kept };
}

function generated(type: DestinationType, name: string): string | undefined {
  const prefix = type.generated?.[name];
  return prefix === undefined ? undefined : `${prefix}${randomBytes(SECRET_BYTES).toString('base64url')}`;
}

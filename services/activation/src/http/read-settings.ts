import { problem, Validator } from '@hilo/service';
import { object } from '@hilo/service/contract';
import type { Settings } from '../domain/destination.ts';
import type { DestinationType } from '../destinations/destination-type.ts';
import { secretsOf } from '../destinations/settings.ts';
import type { OpenType, OpenTypes } from '../destinations/types.ts';

/** Settings that fit the fields of their type; secrets may be absent. */
export interface ReadSettings {
  readonly type: OpenType;
  readonly settings: Settings;
}

/** Reads `type` and `settings` of a body; throws a problem that names the field at fault, such as `settings.url`. */
export type SettingsReader = (type: string, settings: unknown) => ReadSettings;

/** Makes a reader of the settings of all types. */
export function settingsReader(types: OpenTypes): SettingsReader {
  const validator = new Validator({}, { useDefaults: true });
  const checks = new Map(
    [...types.values()].map(({ type }) => [
      type.key,
      validator.compile(object({ settings: draftOf(type) }), 'settings'),
    ]),
  );
  return (key, settings) => {
    const type = types.get(key);
    if (type === undefined) {
      const known = [...types.keys()].map((name) => `"${name}"`).join(' or ');
      throw problem('invalid_request', `type must be ${known}.`, { field: 'type' });
    }
    checks.get(key)?.({ settings });
    return { type, settings: settings as Settings };
  };
}

/** The fields as a caller must give them. */
function draftOf(type: DestinationType) {
  const secrets = secretsOf(type);
  return { ...type.fields, required: type.fields.required.filter((name) => !secrets.includes(name)) };
}

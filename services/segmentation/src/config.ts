import { type Zone, zoneNamed } from '@hilo/behaviour';
import { commonSettings, postgresUrl, readEnvironment, type Setting, stageSettings, timeZoneName } from '@hilo/service';

/** Reads the service's configuration; throws `EnvironmentError` that names the faulty variable. */
export function readConfig(environment: Readonly<Record<string, string | undefined>> = process.env) {
  return readEnvironment(
    {
      ...commonSettings('segmentation', 4004),
      ...stageSettings(),
      postgresUrl: postgresUrl(),
      time_zone: timeZone('HILO_TIME_ZONE', 'UTC'),
    },
    environment,
  );
}

/** A time zone by its IANA name. */
function timeZone(variable: string, fallback: string): Setting<Zone> {
  return {
    variable,
    fallback,
    read: (name, other) => zoneNamed(timeZoneName(variable, fallback).read(name, other)),
  };
}

import { EnvironmentError } from './environment.ts';
import { isLoopback } from './loopback.ts';

/** The tracing that OpenTelemetry's standard variables configure. */
export interface TracingSettings {
  readonly exporter: 'otlp' | 'console';
  readonly sampler: {
    /** The sampling of an event that arrives without a sampled trace. */
    readonly root: 'always' | 'never' | { readonly ratio: number };
    /** Whether an event that arrives with a sampled trace is always traced, whatever `root` says. */
    readonly followsParent: boolean;
  };
  /** How long spans gather before they are sent, in milliseconds. */
  readonly delayMs: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

const DELAY_MS = 5_000;

/**
 * Null if nothing is traced. Throws `EnvironmentError`, one line that names the variable, for a setting that is not
 * supported.
 */
export function readTracing(environment: Environment): TracingSettings | null {
  const read = (name: string): string => environment[name]?.trim() ?? '';
  if (read('OTEL_SDK_DISABLED').toLowerCase() === 'true') return null;
  const endpoint = read('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT') || read('OTEL_EXPORTER_OTLP_ENDPOINT');
  const exporter = read('OTEL_TRACES_EXPORTER') || (endpoint === '' ? 'none' : 'otlp');
  if (exporter === 'none') return null;
  if (exporter !== 'otlp' && exporter !== 'console')
    throw new EnvironmentError('OTEL_TRACES_EXPORTER must be otlp, console or none');
  const protocol = read('OTEL_EXPORTER_OTLP_TRACES_PROTOCOL') || read('OTEL_EXPORTER_OTLP_PROTOCOL');
  if (exporter === 'otlp' && protocol !== '' && protocol !== 'http/protobuf')
    throw new EnvironmentError(
      'OTEL_EXPORTER_OTLP_PROTOCOL must be http/protobuf, which collectors accept on port 4318',
    );
  if (exporter === 'otlp' && read('HILO_TLS') === 'required' && !isPrivate(endpoint))
    throw new EnvironmentError('OTEL_EXPORTER_OTLP_ENDPOINT must begin with https:// where HILO_TLS is required');
  const delay = read('OTEL_BSP_SCHEDULE_DELAY');
  if (!/^\d{0,6}$/.test(delay)) throw new EnvironmentError('OTEL_BSP_SCHEDULE_DELAY must be milliseconds');
  const sampler = samplerOf(read('OTEL_TRACES_SAMPLER'), read('OTEL_TRACES_SAMPLER_ARG'));
  return { exporter, sampler, delayMs: delay === '' ? DELAY_MS : Number(delay) };
}

/** Whether nobody can read what is sent there. Without an endpoint, OpenTelemetry sends to this machine. */
function isPrivate(endpoint: string): boolean {
  if (endpoint === '' || endpoint.startsWith('https://')) return true;
  return URL.canParse(endpoint) && isLoopback(new URL(endpoint).hostname);
}

function samplerOf(name: string, argument: string): TracingSettings['sampler'] {
  const followsParent = name === '' || name.startsWith('parentbased_');
  switch (name.replace('parentbased_', '')) {
    case '':
    case 'always_on':
      return { root: 'always', followsParent };
    case 'always_off':
      return { root: 'never', followsParent };
    case 'traceidratio': {
      const ratio = argument === '' ? 1 : Number(argument);
      if (!(ratio >= 0 && ratio <= 1)) throw new EnvironmentError('OTEL_TRACES_SAMPLER_ARG must be from 0 to 1');
      return { root: { ratio }, followsParent };
    }
    default:
      throw new EnvironmentError(
        'OTEL_TRACES_SAMPLER must be always_on, always_off or traceidratio, optionally prefixed with parentbased_',
      );
  }
}

import { describe, expect, it } from 'vitest';
import { EnvironmentError } from './environment.ts';
import { readTracing } from './tracing-settings.ts';

const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' };

describe('tracing', () => {
  it.each([
    [{}],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: '', OTEL_TRACES_EXPORTER: '', OTEL_TRACES_SAMPLER: '', OTEL_SDK_DISABLED: '' }],
    [{ ...ENDPOINT, OTEL_TRACES_EXPORTER: 'none' }],
    [{ OTEL_TRACES_EXPORTER: 'console', OTEL_SDK_DISABLED: 'true' }],
  ])('is off under %j', (environment) => {
    expect(readTracing(environment)).toBeNull();
  });

  it.each([
    [{ OTEL_TRACES_EXPORTER: 'console' }, { exporter: 'console', sampler: { root: 'always', followsParent: true } }],
    [ENDPOINT, { exporter: 'otlp', delayMs: 5_000 }],
    [
      { ...ENDPOINT, OTEL_TRACES_SAMPLER: '', OTEL_TRACES_SAMPLER_ARG: '', OTEL_BSP_SCHEDULE_DELAY: '' },
      { sampler: { root: 'always', followsParent: true }, delayMs: 5_000 },
    ],
    [{ ...ENDPOINT, OTEL_BSP_SCHEDULE_DELAY: '200' }, { delayMs: 200 }],
    [{ ...ENDPOINT, HILO_TLS: 'required' }, { exporter: 'otlp' }],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector:4318', HILO_TLS: 'required' }, { exporter: 'otlp' }],
    [{ ...ENDPOINT, OTEL_TRACES_SAMPLER: 'always_off' }, { sampler: { root: 'never', followsParent: false } }],
    [
      { ...ENDPOINT, OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.01' },
      { sampler: { root: { ratio: 0.01 }, followsParent: true } },
    ],
  ])('is on under %j', (environment, settings) => {
    expect(readTracing(environment)).toMatchObject(settings);
  });

  it.each([
    [{ OTEL_TRACES_EXPORTER: 'zipkin' }, 'OTEL_TRACES_EXPORTER'],
    [{ ...ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, 'OTEL_EXPORTER_OTLP_PROTOCOL'],
    [{ ...ENDPOINT, OTEL_TRACES_SAMPLER: 'jaeger_remote' }, 'OTEL_TRACES_SAMPLER'],
    [{ ...ENDPOINT, OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '7' }, 'OTEL_TRACES_SAMPLER_ARG'],
    [{ ...ENDPOINT, OTEL_BSP_SCHEDULE_DELAY: 'soon' }, 'OTEL_BSP_SCHEDULE_DELAY'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318', HILO_TLS: 'required' }, 'OTEL_EXPORTER_OTLP_ENDPOINT'],
  ])('refuses %j by the name of the variable', (environment, name) => {
    expect(() => readTracing(environment)).toThrow(EnvironmentError);
    expect(() => readTracing(environment)).toThrow(name);
  });
});

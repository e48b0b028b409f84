import { describe, expect, it } from 'vitest';
import { readEnvironment } from './environment.ts';
import { logOtlpHeaders, logOtlpUrl } from './log-shipping-settings.ts';

const read = (environment: Readonly<Record<string, string>>) =>
  readEnvironment({ url: logOtlpUrl(), headers: logOtlpHeaders() }, environment);

describe('where the log is sent', () => {
  it('is nowhere unless an address is given', () => {
    expect(read({})).toEqual({ url: null, headers: {} });
  });

  it.each([
    'https://logs.example.com:4318/v1/logs',
    'http://127.0.0.1:4318/v1/logs',
    'http://[::1]:4318/v1/logs',
    'http://localhost:4318/v1/logs',
  ])('may be %s', (url) => {
    expect(read({ HILO_LOG_OTLP_URL: url }).url).toBe(url);
  });

  it('may cross a network without TLS only if somebody allows it', () => {
    const url = 'http://collector.monitoring:4318/v1/logs';
    expect(() => read({ HILO_LOG_OTLP_URL: url })).toThrow('HILO_LOG_OTLP_URL must begin with https://');
    expect(read({ HILO_LOG_OTLP_URL: url, HILO_LOG_OTLP_ALLOW_HTTP: 'on' }).url).toBe(url);
    const strict = { HILO_LOG_OTLP_URL: url, HILO_LOG_OTLP_ALLOW_HTTP: 'on', HILO_TLS: 'required' };
    expect(() => read(strict)).toThrow('HILO_LOG_OTLP_URL must begin with https://');
    const wrong = { HILO_LOG_OTLP_URL: url, HILO_LOG_OTLP_ALLOW_HTTP: 'yes' };
    expect(() => read(wrong)).toThrow('must be one of off, on');
  });

  it.each(['logs.example.com', 'ftp://logs.example.com', 'https://user:secret@logs.example.com/v1/logs'])(
    'is not %s, and the message has no part of it',
    (url) => {
      let message = '';
      try {
        read({ HILO_LOG_OTLP_URL: url });
      } catch (error) {
        ({ message } = error as Error);
      }
      expect(message).toContain('HILO_LOG_OTLP_URL must');
      expect(message).not.toContain('secret');
    },
  );
});

describe('headers for the receiver', () => {
  it.each([
    ['Authorization=Bearer abc=', { authorization: 'Bearer abc=' }],
    ['authorization=Bearer a\nx-tenant = acme\n', { authorization: 'Bearer a', 'x-tenant': 'acme' }],
    ['a=1, b=2', { a: '1', b: '2' }],
  ])('%j are read', (text, headers) => {
    expect(read({ HILO_LOG_OTLP_HEADERS: text }).headers).toEqual(headers);
  });

  it.each(['my-secret', '=my-secret', 'a b=my-secret', 'a=ñ my-secret', 'a='])(
    '%j are refused, and the message does not show them',
    (text) => {
      expect(() => read({ HILO_LOG_OTLP_HEADERS: `x=1,${text}` })).toThrow(
        /^HILO_LOG_OTLP_HEADERS must be name=value on each line, which entry 2 is not$/,
      );
    },
  );
});

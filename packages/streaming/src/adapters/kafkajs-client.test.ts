import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { TransientFaultError } from '../ports/retry.ts';
import { faultOf, isPassing } from './kafkajs-client.ts';

interface KafkajsErrors {
  readonly KafkaJSGroupCoordinatorNotFound: new (message: string) => Error;
  readonly KafkaJSLockTimeout: new (message: string) => Error;
  readonly KafkaJSSASLAuthenticationError: new (message: string) => Error;
  readonly KafkaJSNonRetriableError: new (error: Error, options: { readonly cause: Error }) => Error;
}

const require = createRequire(import.meta.url);
const errors = require('kafkajs/src/errors.js') as KafkajsErrors;
const { createErrorFromCode } = require('kafkajs/src/protocol/error.js') as {
  readonly createErrorFromCode: (code: number) => Error & { readonly type: string };
};

const wrapped = (error: Error) => new errors.KafkaJSNonRetriableError(error, { cause: error });

describe('an error of kafkajs', () => {
  it.each([
    ['no coordinator found', new errors.KafkaJSGroupCoordinatorNotFound('Failed to find group coordinator')],
    ['a connection that somebody else is making', new errors.KafkaJSLockTimeout('Timeout')],
    ['BROKER_NOT_AVAILABLE', createErrorFromCode(8)],
    ['GROUP_LOAD_IN_PROGRESS', createErrorFromCode(14)],
    ['NOT_COORDINATOR_FOR_GROUP', createErrorFromCode(16)],
    ['ILLEGAL_GENERATION', createErrorFromCode(22)],
    ['UNKNOWN_MEMBER_ID', createErrorFromCode(25)],
    ['REBALANCE_IN_PROGRESS', createErrorFromCode(27)],
  ])('passes: %s, also inside of one that kafkajs does not retry', (_, error) => {
    expect(isPassing(error)).toBe(true);
    expect(isPassing(wrapped(error))).toBe(true);
    expect(faultOf(wrapped(error))).toBeInstanceOf(TransientFaultError);
  });

  it.each([
    ['MESSAGE_TOO_LARGE', createErrorFromCode(10)],
    ['TOPIC_AUTHORIZATION_FAILED', createErrorFromCode(29)],
    ['a bug', new TypeError('x is not a function')],
  ])('does not pass by itself: %s', (_, error) => {
    expect(isPassing(error)).toBe(false);
    expect(isPassing(wrapped(error))).toBe(false);
    expect(faultOf(error)).toBe(error);
  });

  it('names the variables where it is a refused password', () => {
    const error = wrapped(new errors.KafkaJSSASLAuthenticationError('SASL PLAIN authentication failed'));
    expect(isPassing(error)).toBe(false);
    expect(faultOf(error)).toMatchObject({
      message: expect.stringMatching(/HILO_KAFKA_SASL_USERNAME .*_MECHANISM: SASL PLAIN authentication failed/),
    });
  });
});

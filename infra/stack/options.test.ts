import { expect, test } from 'vitest';
import { startOptions } from './options.ts';

test('without options the demo is loaded on the usual ports', () => {
  expect(startOptions([], {})).toEqual({
    help: false,
    fresh: false,
    demo: true,
    without: [],
    asRecorded: false,
    portBase: 4000,
    instances: 1,
    data: '.hilo',
    partitions: 4,
  });
});

test('every option has its effect', () => {
  const args = ['--fresh', '--no-demo', '--as-recorded', '--port-base', '5000', '--instances', '2', '--data', '/x'];
  expect(startOptions(args, { HILO_PARTITIONS: '12' })).toEqual({
    help: false,
    fresh: true,
    demo: false,
    without: [],
    asRecorded: true,
    portBase: 5000,
    instances: 2,
    data: '/x',
    partitions: 12,
  });
});

test('a service can be left out, or several, and the demo with them', () => {
  const args = ['--without', 'segmentation', '--without', 'profile', '--without', 'profile'];
  expect(startOptions(args, {})).toMatchObject({ without: ['segmentation', 'profile'], demo: false });
});

test.each([
  [['--instances', '7'], '--instances must be a whole number from 1 to 6, not "7"'],
  [['--instances', '0'], '--instances must be a whole number from 1 to 6, not "0"'],
  [['--port-base', '80'], '--port-base must be a whole number from 1024 to 64000, not "80"'],
  [['--port-base', 'x'], '--port-base must be a whole number from 1024 to 64000, not "x"'],
  [['--port-base', '6000'], '--port-base 6000 with --instances 1 needs port 6000, which browsers refuse'],
  [['--instances', '5'], '--port-base 4000 with --instances 5 needs port 4045, which browsers refuse'],
  [['--without', 'segments'], '--without must be one of ingestion, identity, profile, segmentation, '],
  [['--frish'], "Unknown option '--frish'"],
])('%j is refused with one line that names the option', (args, message) => {
  expect(() => startOptions(args, {})).toThrow(message);
});

import { describe, expect, it } from 'vitest';
import { linePoints, statusLine } from './render.ts';

describe('linePoints', () => {
  it('ends at the right edge and touches the top with the highest rate', () => {
    expect(linePoints([0, 50, 100], 61)).toBe('290.0,30.0 295.0,15.0 300.0,0.0');
  });

  it('is flat at the bottom while nothing happens', () => {
    expect(linePoints([0, 0], 61)).toBe('295.0,30.0 300.0,30.0');
  });
});

describe('statusLine', () => {
  const overviewOf = (...states: ('ready' | 'starting' | 'down')[]) => ({
    at: '',
    services: [{ service: 'identity', instances: states.map((state, n) => ({ instance: `${n}`, state })) }],
    stages: [],
    segments: null,
    webhook: { received: 0, repeats: 0, refused: 0, latest: [] },
  });

  it('says that all is well only when every process is ready', () => {
    expect(statusLine(overviewOf('ready', 'ready'))).toBe('All services are up.');
    expect(statusLine(overviewOf('ready', 'starting', 'down'))).toBe('2 of 3 service processes are not ready.');
  });
});

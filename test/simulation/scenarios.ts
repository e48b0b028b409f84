import { ACTIVATION } from './activation-scenario.ts';
import { HILO, HILO_RELEASED, HILO_RELEASES } from './hilo-scenarios.ts';
import type { Scenario } from './scenario.ts';
import { TOY, TOY_BUGS, TOY_LAPSES, TOY_LOST_DEAD_LETTERS, TOY_RELEASES } from './toy-scenarios.ts';

/** All of them. */
export const SCENARIOS: readonly Scenario[] = [
  ...[TOY, TOY_RELEASES, TOY_BUGS, TOY_LAPSES, TOY_LOST_DEAD_LETTERS],
  ACTIVATION,
  ...[HILO, HILO_RELEASED, HILO_RELEASES],
];

/** The scenario of that name. Throws where there is none. */
export function scenarioNamed(name: string): Scenario {
  const found = SCENARIOS.find((one) => one.name === name);
  if (found === undefined)
    throw new Error(`there is no ${name}; there are ${SCENARIOS.map((one) => one.name).join(', ')}`);
  return found;
}

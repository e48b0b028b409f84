/** What tests of an evaluator of the segment language, version 2, compare with. Only tests import this. */
export { type Case, questionAt, zoneOf } from './case.ts';
export { oracleHolds } from './oracle.ts';
export type { Question } from './oracle-events.ts';
export { type FaultyOracle, PLANTED_FAULTS } from './planted-faults.ts';
export { type RandomCase, randomCase, type Side } from './random-cases.ts';
export { FORMS, type Form } from './random-conditions.ts';
export { type Answer, type Scenario, scenarios } from './scenarios.ts';
export { Random } from './random.ts';

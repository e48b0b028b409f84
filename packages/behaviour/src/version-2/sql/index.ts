export { compileSql, NotEvaluatedError } from './compile-sql.ts';
export { type AskedEvents, eventsSql } from './counted-events.ts';
export { compileRfm } from './rfm.ts';
export type { RfmRow, SumCondition } from './rfm.ts';
export { nodeHolds } from './nodes.ts';
export { countPastEventsSql, type PastEventRow, pastEventsSql, type Statement } from './past-events.ts';
export type { AmongProfiles, CompiledSql, Leaf, SqlOptions } from './compile-sql.ts';
export { type FoundValue, valueKindsSql } from './value-kinds.ts';
export { IDS_OF_KEYS, PEOPLE, PROFILE_IDS } from './tables.ts';

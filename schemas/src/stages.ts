/** The stages, in the order in which an event meets them. Each is a service of that name. */
export const STAGES = ['ingestion', 'identity', 'profile', 'segmentation', 'activation', 'history'] as const;

/** Name of a stage, and of its service. */
export type StageName = (typeof STAGES)[number];

// Generated from avro/*.avsc by generate-types.mjs. Do not edit.

/** The terminal state of one delivery to a destination. Keyed by profile. */
export interface DeliveryEnded {
  /** Unique and stable id; also the Idempotency-Key, unless `idempotency_key` names another. */
  readonly delivery_id: string;
  /** Key of the destination. */
  readonly destination: string;
  /** The profile. */
  readonly profile_id: string;
  /** Key of the segment that changed. */
  readonly segment: string;
  /** Version of the membership record delivered. */
  readonly membership_version: number;
  /** entered or exited. */
  readonly membership_status: string;
  /** delivered, filtered or failed. */
  readonly status: string;
  /** Reason code; empty for delivered. */
  readonly reason: string;
  /** Number of attempts. */
  readonly attempts: number;
  /** HTTP status of the last answer, if there was one. */
  readonly response_status: number | null;
  /** First 1,000 characters of the last answer. */
  readonly response_body: string | null;
  /** messageId of the event that caused the membership change. */
  readonly message_id: string | null;
  /** When the delivery was decided. */
  readonly created_at: number;
  /** When it reached its terminal state. */
  readonly ended_at: number;
  /** Id of the failed delivery that this one retried; null: it was the first. */
  readonly retry_of: string | null;
  /** The Idempotency-Key, if it is not delivery_id: a retry keeps that of the first delivery. */
  readonly idempotency_key: string | null;
}

/** A request to retry a failed delivery. Keyed by profile. */
export interface RetryAsked {
  /** Id of the failed delivery. */
  readonly delivery_id: string;
  /** The profile that it is about. */
  readonly profile_id: string;
  /** When it was requested. */
  readonly asked_at: number;
}

/** An event that passed all checks, once per messageId and source. */
export interface EventAccepted {
  /** Key of the source that sent it. */
  readonly source: string;
  /** Unique id of this event within its source. */
  readonly message_id: string;
  /** track, identify, page, screen, group, alias or merge. */
  readonly type: string;
  /** Event name of a track call; null for the other types. */
  readonly event: string | null;
  /** Name of a page or screen. */
  readonly name: string | null;
  /** Category of a page or screen. */
  readonly category: string | null;
  /** The producer's own id of a known person. */
  readonly user_id: string | null;
  /** Id of an anonymous visitor. */
  readonly anonymous_id: string | null;
  /** Id of the account or company in a group call. */
  readonly group_id: string | null;
  /** The id that an alias call links to user_id. */
  readonly previous_id: string | null;
  /** JSON text of the event's properties, an object. */
  readonly properties: string | null;
  /** JSON text of the traits the event sets, an object. */
  readonly traits: string | null;
  /** JSON text of the context, an object. */
  readonly context: string | null;
  /** JSON text of the integrations, an object. */
  readonly integrations: string | null;
  /** JSON text of top-level fields that Hilo does not know; kept, never dropped. */
  readonly extra: string | null;
  /** When it happened, corrected for the producer's clock: received_at - (sent_at - original_timestamp), never later than received_at. */
  readonly timestamp: number;
  /** When it happened by the producer's clock. */
  readonly original_timestamp: number | null;
  /** When it was sent by the producer's clock. */
  readonly sent_at: number | null;
  /** When Hilo received it. */
  readonly received_at: number;
  /** True if the timestamp was in the future and was set to received_at. */
  readonly timestamp_clamped: boolean;
  /** True if the event's time could not be read or is out of range: it has its time of receipt, and extra has what came. */
  readonly timestamp_unreadable: boolean;
  /** http or kafka. */
  readonly via: string;
  /** Orders events with the same timestamp and received_at: the higher one is later. The event's place in its request, counted on over the requests of the same millisecond; for an event from Kafka, its place in the log. */
  readonly request_position: number;
  /** True if an import or a replay of the past brought the event: it counts in segments and profiles, and causes no messages. */
  readonly historical: boolean;
}

/** One identifier of a person. */
export interface Identifier {
  /** Identifier type, such as user_id, anonymous_id or email. */
  readonly type: string;
  /** The identifier's value, normalised for its type. */
  readonly value: string;
}

/** A profile that this event merged into profile_id. */
export interface Absorbed {
  /** Id of the merge, as in identity.merges. */
  readonly merge_id: string;
  /** The absorbed profile. */
  readonly profile_id: string;
}

/** An accepted event with the profile that it belongs to. */
export interface EventIdentified {
  /** Profile that the event belonged to when it was identified. */
  readonly profile_id: string;
  /** Identifiers of the event that belong to the profile. */
  readonly identifiers: readonly Identifier[];
  /** Identifiers that this event linked to the profile for the first time. */
  readonly linked: readonly Identifier[];
  /** Identifiers of the event that were set aside because they would break a limit. */
  readonly set_aside: readonly Identifier[];
  /** Profiles that this event merged into profile_id. */
  readonly absorbed: readonly Absorbed[];
  /** Key of the source that sent it. */
  readonly source: string;
  /** Unique id of this event within its source. */
  readonly message_id: string;
  /** track, identify, page, screen, group, alias or merge. */
  readonly type: string;
  /** Event name of a track call; null for the other types. */
  readonly event: string | null;
  /** Name of a page or screen. */
  readonly name: string | null;
  /** Category of a page or screen. */
  readonly category: string | null;
  /** The producer's own id of a known person. */
  readonly user_id: string | null;
  /** Id of an anonymous visitor. */
  readonly anonymous_id: string | null;
  /** Id of the account or company in a group call. */
  readonly group_id: string | null;
  /** The id that an alias call links to user_id. */
  readonly previous_id: string | null;
  /** JSON text of the event's properties, an object. */
  readonly properties: string | null;
  /** JSON text of the traits the event sets, an object. */
  readonly traits: string | null;
  /** JSON text of the context, an object. */
  readonly context: string | null;
  /** JSON text of the integrations, an object. */
  readonly integrations: string | null;
  /** JSON text of top-level fields that Hilo does not know; kept, never dropped. */
  readonly extra: string | null;
  /** When it happened, corrected for the producer's clock: received_at - (sent_at - original_timestamp), never later than received_at. */
  readonly timestamp: number;
  /** When it happened by the producer's clock. */
  readonly original_timestamp: number | null;
  /** When it was sent by the producer's clock. */
  readonly sent_at: number | null;
  /** When Hilo received it. */
  readonly received_at: number;
  /** True if the timestamp was in the future and was set to received_at. */
  readonly timestamp_clamped: boolean;
  /** True if the event's time could not be read or is out of range: it has its time of receipt, and extra has what came. */
  readonly timestamp_unreadable: boolean;
  /** http or kafka. */
  readonly via: string;
  /** Orders events with the same timestamp and received_at: the higher one is later. The event's place in its request, counted on over the requests of the same millisecond; for an event from Kafka, its place in the log. */
  readonly request_position: number;
  /** True if an import or a replay of the past brought the event: it counts in segments and profiles, and causes no messages. */
  readonly historical: boolean;
}

/** One reason why an event is not accepted. */
export interface Fault {
  /** Reason code, from the closed list in docs/reasons.md. */
  readonly code: string;
  /** Path of the faulty field; empty for the whole event. */
  readonly field: string;
  /** What is wrong and what would be right. */
  readonly message: string;
}

/** An event as a producer sent it, before any check. Written by the ingest endpoint and by producers that use Kafka directly. */
export interface EventReceived {
  /** Key of the source that sent it. */
  readonly source: string;
  /** The producer's unique id of this event; repeats within the dedupe window are dropped. Null: one is made from the record's partition and offset. */
  readonly message_id: string | null;
  /** track, identify, page, screen, group, alias or merge. */
  readonly type: string;
  /** Event name of a track call; null for the other types. */
  readonly event: string | null;
  /** Name of a page or screen. */
  readonly name: string | null;
  /** Category of a page or screen. */
  readonly category: string | null;
  /** The producer's own id of a known person. */
  readonly user_id: string | null;
  /** Id of an anonymous visitor. */
  readonly anonymous_id: string | null;
  /** Id of the account or company in a group call. */
  readonly group_id: string | null;
  /** The id that an alias call links to user_id. */
  readonly previous_id: string | null;
  /** JSON text of the event's properties, an object. */
  readonly properties: string | null;
  /** JSON text of the traits the event sets, an object. */
  readonly traits: string | null;
  /** JSON text of the context, an object. */
  readonly context: string | null;
  /** JSON text of the integrations, an object. */
  readonly integrations: string | null;
  /** JSON text of top-level fields that Hilo does not know; kept, never dropped. */
  readonly extra: string | null;
  /** When it happened by the producer's clock. */
  readonly original_timestamp: number | null;
  /** When it was sent by the producer's clock. */
  readonly sent_at: number | null;
  /** True if the event's time could not be read or is out of range: it has its time of receipt, and extra has what came. */
  readonly timestamp_unreadable: boolean;
  /** When the ingest endpoint received it; null: the broker's time of the record counts. */
  readonly received_at: number | null;
  /** http, or kafka for records written straight to the topic. */
  readonly via: string;
  /** Faults that the ingest endpoint found; an event with any is rejected. */
  readonly faults: readonly Fault[];
  /** The original bytes of an event that the ingest endpoint found faulty. */
  readonly original: Buffer | null;
  /** Place of the event in its request, counted on over the requests that its instance of ingestion received in the same millisecond. For records written straight to the topic, ingestion takes the offset instead. */
  readonly request_position: number;
  /** For a replayed event: when it was first received, which stays its received_at. */
  readonly first_received_at: number | null;
  /** True if an import or a replay of the past brought the event: it counts in segments and profiles, and causes no messages. */
  readonly historical: boolean;
}

/** The end of an event that was rejected or a duplicate. */
export interface EventRejected {
  /** rejected or duplicate. */
  readonly state: string;
  /** Key of the source; empty if unknown. */
  readonly source: string;
  /** The event's messageId, if it had one. */
  readonly message_id: string | null;
  /** Reason code of the first fault, or duplicate. */
  readonly reason: string;
  /** Path of the faulty field; empty for the whole event. */
  readonly field: string;
  /** What is wrong and what would be right. */
  readonly message: string;
  /** The call type, if known. */
  readonly type: string | null;
  /** The original bytes; null for a duplicate, because the first event has them. */
  readonly original: Buffer | null;
  /** When Hilo received it. */
  readonly received_at: number;
  /** http or kafka. */
  readonly via: string;
  /** Unique id of this rejection: partition and offset in events.received. */
  readonly rejection_id: string;
  /** The event's place in its request, as in events.accepted, for a replay. */
  readonly request_position: number;
  /** When it was sent by the producer's clock, even if only its batch said so. */
  readonly sent_at: number | null;
}

/** Handovers announced but not received yet (count above zero), or received but not announced yet (below zero). */
export interface AwaitedMerge {
  /** Id of the merge. */
  readonly merge_id: string;
  /** Announcements minus arrivals. */
  readonly count: number;
}

/** A record's position in Kafka. */
export interface RecordPosition {
  /** Kafka's own id of the topic (its UUID, as text of 22 characters). */
  readonly topic_id: string;
  /** The partition that the record was read from first. */
  readonly partition: number;
  /** Its offset there. */
  readonly offset: number;
}

/** A partition that an absorbed key came from. */
export interface FormerPartition {
  /** The partition. */
  readonly partition: number;
  /** Once that partition is settled up to this time, nothing of the absorbed key can follow. */
  readonly until: number;
}

/** What an absorbed key's partition sends to the survivor's: its state once, and late records. Keyed by the survivor. */
export interface Handover {
  /** state, or forward for a late record. */
  readonly kind: string;
  /** The absorbed key. */
  readonly from_key: string;
  /** The surviving key. */
  readonly to_key: string;
  /** Id of the merge. */
  readonly merge_id: string;
  /** For kind state: the encoded state; null if there was none. */
  readonly state: Buffer | null;
  /** For kind forward: the record's topic. */
  readonly topic: string | null;
  /** For kind forward: the record's original value. */
  readonly value: Buffer | null;
  /** For kind forward: broker time of the record; else of the handover. */
  readonly timestamp: number;
  /** For kind state: the handovers that the absorbed key still waited for. */
  readonly awaiting: readonly AwaitedMerge[];
  /** For kind forward: the record's original position, however often it was forwarded; null if unknown. */
  readonly position: RecordPosition | null;
  /** Time up to which the first sender had read everything before it sent this: until this is folded, that partition's time stands there for others. 0: unknown. */
  readonly held_from: number;
  /** For kind state: the partitions of the absorbed key and of keys that it had absorbed, while something may follow from there. */
  readonly came_from: readonly FormerPartition[];
  /** For kind forward: a number that the partition which read the record gave it, such as the last definition that it knew; 0: none. */
  readonly mark: number;
}

/** One profile was absorbed by another. Keyed by the absorbed profile. */
export interface ProfilesMerged {
  /** Unique id of the merge. */
  readonly merge_id: string;
  /** The absorbed profile. */
  readonly absorbed: string;
  /** The profile that survives. */
  readonly survivor: string;
  /** Profiles that the absorbed one had absorbed; they resolve to the survivor now. */
  readonly also_absorbed: readonly string[];
  /** Grows with each merge; of two records for one absorbed profile, the higher version is right. */
  readonly version: number;
  /** Identifiers that moved to the survivor. */
  readonly identifiers: readonly Identifier[];
  /** Source of the event that caused it. */
  readonly source: string;
  /** messageId of the event that caused it. */
  readonly message_id: string;
  /** Rule that caused it: same_event or alias. */
  readonly rule: string;
  /** Timestamp of the event that caused it. */
  readonly event_time: number;
  /** When it was decided. */
  readonly decided_at: number;
}

/** One trait that changed. */
export interface TraitChange {
  /** Name of the trait. */
  readonly trait: string;
  /** JSON text of the new value; null: removed. */
  readonly value: string | null;
  /** JSON text of the previous value; null: none. */
  readonly previous: string | null;
  /** Source of the event that set it. */
  readonly source: string;
  /** messageId of the event that set it. */
  readonly message_id: string;
  /** Timestamp of the event that set it. */
  readonly event_time: number;
}

/** The traits of a profile after a change. Keyed by profile; compacted: the last record is the whole state. */
export interface ProfileChanged {
  /** The profile. */
  readonly profile_id: string;
  /** Grows with each record of the profile; keep the highest. */
  readonly version: number;
  /** live, or merged for a profile absorbed by another. */
  readonly status: string;
  /** The survivor, for a merged profile. */
  readonly survivor: string | null;
  /** JSON text of all traits now, an object. */
  readonly traits: string;
  /** JSON text of an object: for each trait, removed ones too, since when it has had its value, in milliseconds. */
  readonly traits_since: string;
  /** All identifiers now. */
  readonly identifiers: readonly Identifier[];
  /** What changed, one entry per trait. */
  readonly changes: readonly TraitChange[];
  /** event or merge. */
  readonly reason: string;
  /** messageId of the event that caused the record. */
  readonly message_id: string | null;
  /** Timestamp of the event that caused the record. */
  readonly event_time: number;
  /** When it was decided. */
  readonly decided_at: number;
  /** True if the event that caused the change is historical. */
  readonly historical: boolean;
}

/** A series of events, or a part of it. */
export interface PastSeries {
  /** Id of the series. */
  readonly id: string;
  /** What is remembered of its events, as JSON text. */
  readonly content: string;
}

/** What a profile's past means to definitions that are not in force yet. Keyed by the profile that the events were recorded for. A record without a profile only moves its reader on. */
export interface SegmentPast {
  /** Number of the change that declared the definition. */
  readonly generation: number;
  /** The profile that the events were recorded for; empty: none. */
  readonly profile_id: string;
  /** Number of the record among those of this profile and generation, from 0. */
  readonly part: number;
  /** The series that have events. */
  readonly series: readonly PastSeries[];
}

/** A segment definition as of one version, or a step on its way into force. Written to every partition, keyed by segment; compacted. */
export interface SegmentDefined {
  /** Key of the segment. */
  readonly segment: string;
  /** Version of the definition; grows with each edit. */
  readonly version: number;
  /** JSON text of the condition, docs/segment-language.md; null: the segment was deleted. */
  readonly definition: string | null;
  /** Name shown to people. */
  readonly name: string;
  /** When it was saved. */
  readonly decided_at: number;
  /** Number of the change among all changes of definitions, dense from 1, in the order in which they were saved; 0: it was saved before changes had numbers. */
  readonly number: number;
  /** in_force: it is in force from here on. declared: it is known, and comes into force later. cut: events from here on are collected for it. switched: it is in force from here on, with its past. */
  readonly phase: string;
  /** Number of the change that declared it; its series of events belong to this generation. 0: it comes into force without its past. */
  readonly generation: number;
  /** Ids of the series of events that are begun anew for it. */
  readonly series: readonly string[];
}

/** A profile entered or left a segment. Keyed by profile. */
export interface MembershipChanged {
  /** Key of the segment. */
  readonly segment: string;
  /** Version of the definition it was decided by. */
  readonly segment_version: number;
  /** The profile. */
  readonly profile_id: string;
  /** Grows with each record of the profile; keep the highest per profile and segment. */
  readonly version: number;
  /** entered or exited. */
  readonly status: string;
  /** event, trait, segment, time, merge, definition or erasure. */
  readonly reason: string;
  /** messageId of the event that caused it, if there is one. */
  readonly message_id: string | null;
  /** Timestamp of that event; for reason time, when the change was due. */
  readonly event_time: number | null;
  /** The moment it was decided for: counts everything received before it, and the event that caused it. It never goes back for a profile. */
  readonly decided_at: number;
  /** Identifiers of the profile. */
  readonly identifiers: readonly Identifier[];
  /** JSON text of the profile's traits, an object. */
  readonly traits: string;
  /** When it was decided, by the wall clock; null in records of earlier releases. */
  readonly told_at: number | null;
  /** True if it was decided for a moment that leaves out a released origin: what that origin still brings might have prevented the change. */
  readonly unproven: boolean;
  /** True if a segment's definition caused the change: it was created, edited or deleted. Destinations send such changes only if they ask for them. */
  readonly backfilled: boolean;
  /** True if the event that caused the change is historical: an import or a replay of the past brought it. */
  readonly historical: boolean;
}

/** The last sequences that the log has of this partition in one topic. */
export interface SentSequences {
  /** The topic. */
  readonly topic: string;
  /** The last sequence by output partition, from partition 0 on; 0: nothing was sent. */
  readonly sequences: readonly number[];
}

/** The last handover that the partition took from another partition of its stage. */
export interface TakenSequence {
  /** The partition that sent it. */
  readonly partition: number;
  /** Incarnation of that partition's checkpoint. */
  readonly incarnation: string;
  /** Its sequence. */
  readonly sequence: number;
}

/** The last notices that a partition of the stage had published in one topic. */
export interface GivenNotices {
  /** The topic. */
  readonly topic: string;
  /** The partition that published them. */
  readonly partition: number;
  /** Incarnation of that partition's checkpoint. */
  readonly incarnation: string;
  /** The last sequence by output partition, from partition 0 on; 0: none. */
  readonly sequences: readonly number[];
}

/** How much of a partition's times holds without released origins. */
export interface ProvenTimes {
  /** As read_to of the partition, with every origin counted. */
  readonly read_to: number;
  /** As settled_to of the partition, with every origin counted. */
  readonly settled_to: number;
}

/** A released origin: later stages leave it out of their time until it moves. */
export interface ReleasedOrigin {
  /** Its stage. */
  readonly stage: string;
  /** The partition of that stage. */
  readonly partition: number;
  /** Incarnation of the partition's checkpoint then; empty: it had never reported. */
  readonly incarnation: string;
  /** Its read_to then: once it reports a later one, it counts again. */
  readonly read_to: number;
}

/** A partition's progress, from which later stages know the time. Keyed by stage and partition. */
export interface StageProgress {
  /** The stage; empty in a record that releases an origin. */
  readonly stage: string;
  /** The partition. */
  readonly partition: number;
  /** Incarnation of the partition's checkpoint, as in the origin of its outputs. */
  readonly incarnation: string;
  /** Epoch of the owner that reports this. */
  readonly epoch: number;
  /** Revision of the checkpoint that it describes. */
  readonly revision: number;
  /** Everything that ingestion received before this time and that concerns the partition is folded, and its outputs are in the log. */
  readonly read_to: number;
  /** As read_to; in addition, what the partition handed over to others of its stage before this time is folded there. */
  readonly settled_to: number;
  /** The last sequences that the partition has sent. */
  readonly sent: readonly SentSequences[];
  /** What the partition took of its stage's handovers. */
  readonly taken: readonly TakenSequence[];
  /** What each partition of the stage had published of what all of them decide by, such as merges: the time counts once these are read, too. */
  readonly notices: readonly GivenNotices[];
  /** Set if a released origin is left out of read_to or settled_to: how much of both holds regardless. Null: all of it. */
  readonly proven: ProvenTimes | null;
  /** Set in a record that releases this origin instead of reporting progress. Its stage is empty, so earlier versions of Hilo skip it. */
  readonly released: ReleasedOrigin | null;
}

/** Record type by schema file. */
export interface RecordTypes {
  readonly 'activation.deliveries': DeliveryEnded;
  readonly 'activation.retries': RetryAsked;
  readonly 'events.accepted': EventAccepted;
  readonly 'events.identified': EventIdentified;
  readonly 'events.received': EventReceived;
  readonly 'events.rejected': EventRejected;
  readonly 'handover': Handover;
  readonly 'identity.merges': ProfilesMerged;
  readonly 'profiles.changed': ProfileChanged;
  readonly 'segmentation.backfill': SegmentPast;
  readonly 'segments.definitions': SegmentDefined;
  readonly 'segments.membership': MembershipChanged;
  readonly 'stages.progress': StageProgress;
}

// Generated from avro/*.avsc by generate-types.mjs. Do not edit.

/** The terminal state of one delivery to a destination. Keyed by profile. */
export interface DeliveryEnded {
  /** Unique and stable id; also the Idempotency-Key sent, where `idempotency_key` names no other. */
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
  /** How many requests were made. */
  readonly attempts: number;
  /** HTTP status of the last answer, where there was one. */
  readonly response_status: number | null;
  /** First 1,000 characters of the last answer. */
  readonly response_body: string | null;
  /** messageId of the event that caused the membership change. */
  readonly message_id: string | null;
  /** When the delivery was decided. */
  readonly created_at: number;
  /** When it reached its terminal state. */
  readonly ended_at: number;
  /** Id of the failed delivery that this one sent again; null: it was the first. */
  readonly retry_of: string | null;
  /** The Idempotency-Key sent, where it is not delivery_id: a retry keeps that of the first delivery. */
  readonly idempotency_key: string | null;
}

/** Somebody asks to send a failed delivery again. Keyed by profile. */
export interface RetryAsked {
  /** Id of the failed delivery. */
  readonly delivery_id: string;
  /** The profile that it is about. */
  readonly profile_id: string;
  /** When it was asked for. */
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
  /** Id of a visitor not yet known. */
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
  /** JSON text of the integrations switch, an object. */
  readonly integrations: string | null;
  /** JSON text of top-level fields that Hilo has no name for; kept, never dropped. */
  readonly extra: string | null;
  /** When it happened, corrected for the producer's clock: received_at - (sent_at - original_timestamp), never later than received_at. */
  readonly timestamp: number;
  /** When it happened by the producer's clock. */
  readonly original_timestamp: number | null;
  /** When it was sent by the producer's clock. */
  readonly sent_at: number | null;
  /** When Hilo received it. */
  readonly received_at: number;
  /** True where the timestamp lay in the future and was set to received_at. */
  readonly timestamp_clamped: boolean;
  /** True where the event came with a time that is none, or none that an event can have: it then happened when it was received, and extra has what came. */
  readonly timestamp_unreadable: boolean;
  /** http or kafka. */
  readonly via: string;
  /** Decides between events of one timestamp and one received_at: the higher one is the later. The event's place in its request, counted on over the requests of the same millisecond; of an event that came by Kafka its place in the log. */
  readonly request_position: number;
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

/** An accepted event with the profile it belongs to. */
export interface EventIdentified {
  /** Profile the event belongs to, as known when it was identified. */
  readonly profile_id: string;
  /** Identifiers of the event that belong to the profile. */
  readonly identifiers: readonly Identifier[];
  /** Those identifiers that this event linked to the profile for the first time. */
  readonly linked: readonly Identifier[];
  /** Identifiers of the event that were not used because a limit would break. */
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
  /** Id of a visitor not yet known. */
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
  /** JSON text of the integrations switch, an object. */
  readonly integrations: string | null;
  /** JSON text of top-level fields that Hilo has no name for; kept, never dropped. */
  readonly extra: string | null;
  /** When it happened, corrected for the producer's clock: received_at - (sent_at - original_timestamp), never later than received_at. */
  readonly timestamp: number;
  /** When it happened by the producer's clock. */
  readonly original_timestamp: number | null;
  /** When it was sent by the producer's clock. */
  readonly sent_at: number | null;
  /** When Hilo received it. */
  readonly received_at: number;
  /** True where the timestamp lay in the future and was set to received_at. */
  readonly timestamp_clamped: boolean;
  /** True where the event came with a time that is none, or none that an event can have: it then happened when it was received, and extra has what came. */
  readonly timestamp_unreadable: boolean;
  /** http or kafka. */
  readonly via: string;
  /** Decides between events of one timestamp and one received_at: the higher one is the later. The event's place in its request, counted on over the requests of the same millisecond; of an event that came by Kafka its place in the log. */
  readonly request_position: number;
}

/** One reason why an event can't be accepted. */
export interface Fault {
  /** Reason code, from the closed list in docs/reasons.md. */
  readonly code: string;
  /** Path of the field at fault, empty for the whole event. */
  readonly field: string;
  /** What is wrong and what would be right. */
  readonly message: string;
}

/** An event as a producer sent it, before any check. Written by the HTTP door and by producers that use Kafka directly. */
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
  /** Id of a visitor not yet known. */
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
  /** JSON text of the integrations switch, an object. */
  readonly integrations: string | null;
  /** JSON text of top-level fields that Hilo has no name for; kept, never dropped. */
  readonly extra: string | null;
  /** When it happened by the producer's clock. */
  readonly original_timestamp: number | null;
  /** When it was sent by the producer's clock. */
  readonly sent_at: number | null;
  /** True where the event came with a time that is none, or none that an event can have: it then happened when it was received, and extra has what came. */
  readonly timestamp_unreadable: boolean;
  /** When Hilo's door received it; null: the broker's time of the record is taken. */
  readonly received_at: number | null;
  /** http, or kafka for records written straight to the topic. */
  readonly via: string;
  /** Faults the door already found; an event with any is rejected. */
  readonly faults: readonly Fault[];
  /** The original bytes of an event that the door found faulty. */
  readonly original: Buffer | null;
  /** Place of the event in its request, counted on over the requests that its instance of ingestion received in the same millisecond. Of records written straight to the topic ingestion takes the offset instead. */
  readonly request_position: number;
  /** For an event that was rejected and is sent again: when it was received first, which is its received_at from then on. */
  readonly first_received_at: number | null;
}

/** The end of an event that was not accepted. */
export interface EventRejected {
  /** rejected or duplicate. */
  readonly state: string;
  /** Key of the source, empty where unknown. */
  readonly source: string;
  /** The event's messageId where it had one. */
  readonly message_id: string | null;
  /** Reason code of the first fault, or duplicate. */
  readonly reason: string;
  /** Path of the field at fault, empty for the whole event. */
  readonly field: string;
  /** What is wrong and what would be right. */
  readonly message: string;
  /** The call type where known. */
  readonly type: string | null;
  /** The original bytes; for a duplicate null, since the first one holds them. */
  readonly original: Buffer | null;
  /** When Hilo received it. */
  readonly received_at: number;
  /** http or kafka. */
  readonly via: string;
  /** Unique id of this rejection: partition and offset in events.received. */
  readonly rejection_id: string;
  /** The event's place in its request, as in events.accepted, for when it is sent again. */
  readonly request_position: number;
  /** When it was sent by the producer's clock, also where only its batch said so. */
  readonly sent_at: number | null;
}

/** Hand-overs named but not in yet (count above zero) or in but not named yet (below zero). */
export interface AwaitedMerge {
  /** Id of the merge. */
  readonly merge_id: string;
  /** Times named minus times in. */
  readonly count: number;
}

/** Where a record lies in Kafka. */
export interface RecordPosition {
  /** Kafka's own id of the topic (its UUID, as text of 22 characters). */
  readonly topic_id: string;
  /** The partition that the record was read from first. */
  readonly partition: number;
  /** Its offset there. */
  readonly offset: number;
}

/** A partition in which a key lived that was absorbed. */
export interface FormerPartition {
  /** The partition. */
  readonly partition: number;
  /** Once that partition is settled up to this time, nothing of the absorbed key can follow. */
  readonly until: number;
}

/** What the partition of an absorbed key sends to the survivor's: its state once, and what still arrives late. Keyed by the survivor. */
export interface Handover {
  /** state, or forward for a late record. */
  readonly kind: string;
  /** The absorbed key. */
  readonly from_key: string;
  /** The surviving key. */
  readonly to_key: string;
  /** Id of the merge. */
  readonly merge_id: string;
  /** For kind state: the encoded state; null where there was none. */
  readonly state: Buffer | null;
  /** For kind forward: the record's topic. */
  readonly topic: string | null;
  /** For kind forward: the record's value as it came. */
  readonly value: Buffer | null;
  /** For kind forward: broker time of the record; else of the hand-over. */
  readonly timestamp: number;
  /** For kind state: what the absorbed key itself still waited for. */
  readonly awaiting: readonly AwaitedMerge[];
  /** For kind forward: where the record lies, however often it was forwarded; null where it is not known. */
  readonly position: RecordPosition | null;
  /** Time up to which the first sender had read everything before it sent this: that partition's time stands there for others until this is folded. 0: not told. */
  readonly held_from: number;
  /** For kind state: the partitions of the absorbed key and of those that it had absorbed, as far as something may follow from there. */
  readonly came_from: readonly FormerPartition[];
}

/** One profile was absorbed by another. Keyed by the absorbed profile. */
export interface ProfilesMerged {
  /** Unique id of the merge. */
  readonly merge_id: string;
  /** The profile that is no more. */
  readonly absorbed: string;
  /** The profile that goes on. */
  readonly survivor: string;
  /** Profiles absorbed by the absorbed one before; they resolve to the survivor now. */
  readonly also_absorbed: readonly string[];
  /** Grows with each merge; of two records for one absorbed profile the higher is right. */
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
  /** JSON text of the value before; null: there was none. */
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
  /** The absorbing profile, for a merged one. */
  readonly survivor: string | null;
  /** JSON text of all traits now, an object. */
  readonly traits: string;
  /** All identifiers now. */
  readonly identifiers: readonly Identifier[];
  /** What changed, one entry a trait. */
  readonly changes: readonly TraitChange[];
  /** event or merge. */
  readonly reason: string;
  /** messageId of the event that caused the record. */
  readonly message_id: string | null;
  /** Timestamp of the event that caused the record. */
  readonly event_time: number;
  /** When it was decided. */
  readonly decided_at: number;
}

/** A segment definition as of one version. Written to every partition, keyed by segment; compacted. */
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
  /** event, trait, time, merge, definition or erasure. */
  readonly reason: string;
  /** messageId of the event that caused it, where one did. */
  readonly message_id: string | null;
  /** Timestamp of that event; for reason time, when the change was due. */
  readonly event_time: number | null;
  /** The moment it was decided for: everything that was received before is counted, and the event that caused it. It never goes back for a profile. */
  readonly decided_at: number;
  /** Identifiers of the profile. */
  readonly identifiers: readonly Identifier[];
  /** JSON text of the profile's traits, an object. */
  readonly traits: string;
  /** When it was decided, by the clock on the wall; null in records of earlier releases. */
  readonly told_at: number | null;
  /** True where it was decided by time, or for a moment, that leaves out an origin that somebody released: what that origin still brings might have prevented the change. */
  readonly unproven: boolean;
}

/** The last sequences that the log has of this partition in one topic. */
export interface SentSequences {
  /** The topic. */
  readonly topic: string;
  /** The last sequence by output partition, from partition 0 on; 0: nothing was sent. */
  readonly sequences: readonly number[];
}

/** The last hand-over that the partition took from another partition of its stage. */
export interface TakenSequence {
  /** The partition that sent it. */
  readonly partition: number;
  /** Incarnation of that partition's checkpoint. */
  readonly incarnation: string;
  /** Its sequence. */
  readonly sequence: number;
}

/** The last notices that a partition of the stage had given in one topic. */
export interface GivenNotices {
  /** The topic. */
  readonly topic: string;
  /** The partition that gave them. */
  readonly partition: number;
  /** Incarnation of that partition's checkpoint. */
  readonly incarnation: string;
  /** The last sequence by output partition, from partition 0 on; 0: none was given. */
  readonly sequences: readonly number[];
}

/** How much of a partition's times holds without leaving an origin out. */
export interface ProvenTimes {
  /** As read_to of the partition, with every origin counted. */
  readonly read_to: number;
  /** As settled_to of the partition, with every origin counted. */
  readonly settled_to: number;
}

/** An origin that is left out of the time of the stages after it, until it moves. */
export interface ReleasedOrigin {
  /** Its stage. */
  readonly stage: string;
  /** The partition of that stage. */
  readonly partition: number;
  /** Incarnation of the partition's checkpoint then; empty: it had never said anything. */
  readonly incarnation: string;
  /** Its read_to then: once it says a later one, it counts again. */
  readonly read_to: number;
}

/** How far a partition of a stage has come, so that the stages after it know the time. Keyed by stage and partition. */
export interface StageProgress {
  /** The stage; empty in a record that releases an origin. */
  readonly stage: string;
  /** The partition. */
  readonly partition: number;
  /** Incarnation of the partition's checkpoint, as in the origin of its outputs. */
  readonly incarnation: string;
  /** Epoch of the owner that says so. */
  readonly epoch: number;
  /** Revision of the checkpoint that it speaks of. */
  readonly revision: number;
  /** Everything that ingestion received before this time and that concerns the partition is folded, and what came of it is in the log. */
  readonly read_to: number;
  /** As read_to, and what the partition handed on to others of its stage before this time is folded there. */
  readonly settled_to: number;
  /** The last sequences that the partition has sent. */
  readonly sent: readonly SentSequences[];
  /** What the partition took of the hand-overs of its stage. */
  readonly taken: readonly TakenSequence[];
  /** What each partition of the stage had given of what all of them decide by, such as merges: the time counts once these are taken, too. */
  readonly notices: readonly GivenNotices[];
  /** Set where an origin that was released is left out of read_to or settled_to: how much of both holds all the same. Null: all of it. */
  readonly proven: ProvenTimes | null;
  /** Set in a record that says nothing of a partition's progress, and releases this origin. Its stage is empty, so that earlier releases pass it over. */
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
  readonly 'segments.definitions': SegmentDefined;
  readonly 'segments.membership': MembershipChanged;
  readonly 'stages.progress': StageProgress;
}

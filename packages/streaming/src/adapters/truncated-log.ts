import { LogTruncatedError } from '../ports/log.ts';

/** Records were deleted before a partition read them. */
export function deletedUnread(topic: string, partition: number, low: number, next: number): LogTruncatedError {
  return new LogTruncatedError(
    partition,
    `${topic} partition ${partition} starts at offset ${low}, after the checkpoint at ${next}: records were deleted ` +
      `before they were read`,
  );
}

/** A log ends before the next record that a partition would read. */
export function endsTooEarly(topic: string, partition: number, high: number, next: number): LogTruncatedError {
  return new LogTruncatedError(
    partition,
    `${topic} partition ${partition} ends at offset ${high}, before the checkpoint at ${next}: the log lost records ` +
      `that were read`,
  );
}

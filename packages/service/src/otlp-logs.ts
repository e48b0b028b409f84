import { parseJson } from '@hilo/exact-json';

/** An entry of the audit log or of a service's changes, as it is sent: without secrets. */
export interface TrailEntry {
  readonly when_ms: number;
  /** A person, or the admin token. */
  readonly who: string;
  readonly what: string;
  /** Path of what it is about. */
  readonly target: string;
  /** Of a refused request; null: another entry. */
  readonly method: string | null;
  /** Of the client, as text; null: not known. */
  readonly address: string | null;
  /** Code of why it was in vain; null: it was not. */
  readonly reason: string | null;
  /** How often it happened within a minute from `when_ms` on; more than 1 only for what was in vain. */
  readonly count: number;
  /** As JSON without secrets; null: it did not exist. */
  readonly before: unknown;
  readonly after: unknown;
  /** `<service>/<id>` of a service's change, which identifies the service's own record of it; null: another change. */
  readonly change_id: string | null;
}

/** What is sent: a line of the log as it stands on standard output, or an entry of the trail. */
export type Shipped = { readonly line: string } | { readonly entry: TrailEntry };

type Value = { readonly stringValue: string } | { readonly intValue: string } | { readonly boolValue: boolean };

interface Attribute {
  readonly key: string;
  readonly value: Value;
}

/** A log record of OTLP, in the JSON encoding of its protobuf. */
interface LogRecord {
  readonly timeUnixNano: string;
  readonly severityNumber: number;
  readonly severityText: string;
  readonly body: Value;
  readonly attributes: readonly Attribute[];
  readonly traceId?: string;
}

/** Levels of pino, and the severities of OpenTelemetry that they are. */
const SEVERITIES: Readonly<Record<string, readonly [number, string]>> = {
  10: [1, 'TRACE'],
  20: [5, 'DEBUG'],
  30: [9, 'INFO'],
  40: [13, 'WARN'],
  50: [17, 'ERROR'],
  60: [21, 'FATAL'],
};
const INFO = [9, 'INFO'] as const;
const TRACE_ID = /^[0-9a-f]{32}$/;
/** Fields of a line that have a place of their own in a record, or are the same in every line. */
const PLACED = new Set(['level', 'time', 'msg', 'name', 'pid', 'hostname', 'trace_id']);

/** The body of a request to an OTLP receiver, as JSON. `resource` says of whom the records are. */
export function otlpBody(resource: Readonly<Record<string, string>>, records: readonly Shipped[]): string {
  const scopes = [
    {
      scope: { name: 'hilo.log' },
      logRecords: records.flatMap((one) => ('line' in one ? [recordOfLine(one.line)] : [])),
    },
    {
      scope: { name: 'hilo.trail' },
      logRecords: records.flatMap((one) => ('entry' in one ? [recordOf(one.entry)] : [])),
    },
  ];
  const attributes = Object.entries(resource).map(([key, text]) => ({ key, value: { stringValue: text } }));
  const scopeLogs = scopes.filter(({ logRecords }) => logRecords.length > 0);
  return JSON.stringify({ resourceLogs: [{ resource: { attributes }, scopeLogs }] });
}

function recordOfLine(line: string): LogRecord {
  const fields = fieldsOf(line);
  const [severityNumber, severityText] = SEVERITIES[String(fields['level'])] ?? INFO;
  const trace = String(fields['trace_id']);
  return {
    timeUnixNano: nanoseconds(Date.parse(String(fields['time']))),
    ...{ severityNumber, severityText },
    body: { stringValue: typeof fields['msg'] === 'string' ? fields['msg'] : line.trimEnd() },
    attributes: Object.entries(fields).flatMap(([key, value]) => (PLACED.has(key) ? [] : attribute(key, value))),
    ...(TRACE_ID.test(trace) ? { traceId: trace } : {}),
  };
}

function recordOf({ when_ms, who, what, target, before, after, ...rest }: TrailEntry): LogRecord {
  const fields = { who, what, target, ...rest, before, after };
  return {
    timeUnixNano: nanoseconds(when_ms),
    ...{ severityNumber: INFO[0], severityText: INFO[1] },
    body: { stringValue: `${who} ${what} ${target}` },
    attributes: Object.entries(fields).flatMap(([key, value]) => attribute(`hilo.trail.${key}`, value)),
  };
}

/** The attribute of a value; none for null. Objects are texts of JSON, with every digit. */
function attribute(key: string, value: unknown): readonly Attribute[] {
  if (value === null || value === undefined) return [];
  if (typeof value === 'boolean') return [{ key, value: { boolValue: value } }];
  if (typeof value === 'number' && Number.isSafeInteger(value)) return [{ key, value: { intValue: String(value) } }];
  return [{ key, value: { stringValue: typeof value === 'string' ? value : JSON.stringify(value) } }];
}

function nanoseconds(timeMs: number): string {
  return `${Math.max(0, Math.trunc(Number.isFinite(timeMs) ? timeMs : 0))}000000`;
}

function fieldsOf(line: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = parseJson(line);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

import { type Fields, problem, readFields, refuseUnplain } from '@hilo/service';
import { readJson } from '../domain/read-json.ts';

/** A body that must be a JSON object. Bodies reach this service as bytes, since the tracking API reads its own. */
export function readBody(body: unknown): Fields {
  const json = Buffer.isBuffer(body) ? readJson(body) : null;
  if (json === null) throw problem(400, 'invalid_request', 'The body must be JSON in UTF-8.');
  const fields = readFields(json.value);
  refuseUnplain(fields);
  return fields;
}

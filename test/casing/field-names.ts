import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CodeNames, namesInCode, wordsIn } from './names-in-code.ts';

/** A statement of SQL, by words that no prose has in capitals. */
const SQL =
  /\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|FROM|WHERE|RETURNING|JOIN|ORDER BY|GROUP BY|CREATE|ALTER|VALUES)\b/;
const JSON_KEYS = /"([a-z][a-zA-Z0-9]*(?:_[a-zA-Z0-9]+)+)"\s*:/g;
const QUERY_KEYS = /[?&]([a-z][a-zA-Z0-9]*(?:_[a-zA-Z0-9]+)+)=/g;
const CONTRACT = /\/http\/(contract|openapi)[a-z-]*\.ts$/;
/** Types of the drivers whose options are in snake_case. */
const DRIVERS = ['@types/pg/index.d.ts', '@clickhouse/client/dist/common/settings.d.ts'];
/** Files whose properties are stored as JSON under their names, which every later release reads. */
const STORED =
  /^services\/(segmentation\/src\/domain\/definitions|activation\/src\/domain\/delivery)\.ts$|\/demo\/load-note\.ts$/;

/** Fields that no file of ours declares, by where they come from. */
const FOREIGN: Readonly<Record<string, string>> = {
  'checkpoints and rows of keys': 'outbox_id sweep_after unproven_to_ms stands_at_ms segments_version',
  "Segment's e-commerce events": 'cart_id order_id product_id',
  Prometheus: `alert_rule_test ca_file dns_sd_configs eval_time evaluation_interval exp_alerts exp_annotations exp_labels exp_samples
    input_series job_name promql_expr_test rule_files scrape_configs scrape_interval server_name static_configs
    tls_config`,
  PostgreSQL: `checkpoint_timeout listen_addresses log_min_messages max_wal_size random_page_cost shared_buffers
    unix_socket_directories`,
  'ClickHouse and its client': `abort_signal clickhouse_settings http_agent http_headers max_open_connections query_params read_bytes read_rows
    request_timeout set_basic_auth_header input_format_json_map_as_array_of_tuples`,
  'the schema registry': 'error_code',
  'Docker Compose': 'cap_drop read_only',
  'OAuth, OpenID Connect and claims of providers': `access_token authorization_endpoint client_secret code_challenge_method
    grant_types id_token realm_access redirect_uri redirect_uris response_type response_types token_endpoint
    token_endpoint_auth_methods_supported userinfo_endpoint`,
  'advisories of the OSV format, and the record of what was compared with them':
    'checked_at database_specific last_affected lock_sha256',
  logs: 'trace_id',
};

/** Names that some text has, though they are no fields: variables of the environment's configuration. */
const NO_FIELDS = new Set(['admin_token', 'kafka_brokers', 'postgres_url', 'registry_url', 'clickhouse_password']);

/** Names that are stored by one file alone, which turns them into ours and back. */
const STORED_HERE: Readonly<Record<string, readonly string[]>> = {
  'packages/streaming/src/ports/checkpoint.ts': ['moment_ms'],
};

/** The code of the repository: what it says in snake_case, by file. */
export function readCode(root: string, paths: readonly string[]): ReadonlyMap<string, CodeNames> {
  return new Map(
    paths.map((path) => {
      const code = namesInCode(path, readFileSync(join(root, path), 'utf8'));
      return [path, { ...code, names: code.names.filter(({ name }) => STORED_HERE[path]?.includes(name) !== true) }];
    }),
  );
}

/**
 * The names of fields on the wire and in rows, with where each was found: of Avro records, of tables, of statements and JSON in
 * texts, of the contracts of the APIs, and codes and labels. Such a name keeps its spelling everywhere, also as a variable that
 * carries the field.
 */
export function fieldNames(
  root: string,
  code: ReadonlyMap<string, CodeNames>,
  data: readonly string[],
): ReadonlyMap<string, string> {
  const found = new Map(
    Object.entries(FOREIGN).flatMap(([where, names]) => names.split(/\s+/).map((name) => [name, where])),
  );
  const note = (names: Iterable<string>, where: string): void => {
    for (const name of names) if (!found.has(name) && !NO_FIELDS.has(name)) found.set(name, where);
  };
  for (const path of data) note(wordNames(readFileSync(join(root, path), 'utf8')), path);
  for (const path of DRIVERS) note(wordNames(readFileSync(join(root, 'node_modules', path), 'utf8')), path);
  for (const [path, { values, texts, names, beginnings }] of code) {
    // What is put together is a key of an object of the same package.
    const besides = [...code].filter(([other]) => packageOf(other) === packageOf(path)).flatMap(([, one]) => one.names);
    for (const beginning of new Set(beginnings))
      note(
        besides.map(({ name }) => name).filter((name) => name.startsWith(beginning)),
        `${path}, put together`,
      );
    note(values, `${path}, as a text`);
    for (const text of texts) note(namesInText(text), `${path}, in a text`);
    const properties = names.filter(({ role }) => role !== 'value').map(({ name }) => name);
    if (CONTRACT.test(path) || STORED.test(path)) note(properties, path);
  }
  return found;
}

function packageOf(path: string): string {
  return path.split('/src/')[0] ?? path;
}

function wordNames(text: string): readonly string[] {
  return wordsIn(text).map(({ name }) => name);
}

function namesInText(text: string): readonly string[] {
  if (SQL.test(text)) return wordNames(text);
  return [...text.matchAll(JSON_KEYS), ...text.matchAll(QUERY_KEYS)].map((match) => match[1] ?? '');
}

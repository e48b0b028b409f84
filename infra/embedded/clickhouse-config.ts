import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ClickHouseOptions } from './clickhouse.ts';
import { infraFile } from './paths.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const MEBIBYTE = 1024 * 1024;

/** The user that ends the engine's main statement: its only way to stop. */
export const CONTROL_USER = 'control';

/** The main statement: while it runs, the engine serves. */
export const MAIN_STATEMENT = 'SELECT sleepEachRow(0.5) FROM numbers(1000000000000)';

function user(name: string, password: string, network: string, profile: string, grants: readonly string[]): string {
  const granted = grants.map((grant) => `<query>GRANT ${grant}</query>`).join('');
  return `<${name}>
      ${password === '' ? '<password></password>' : `<password_sha256_hex>${sha256(password)}</password_sha256_hex>`}
      <networks><ip>${network}</ip></networks>
      <profile>${profile}</profile><quota>default</quota>
      ${granted === '' ? '<access_management>1</access_management>' : `<grants>${granted}</grants>`}
    </${name}>`;
}

/** What the reader may cost: the profile that docker-compose's server has, too. */
function readerProfile(): string {
  const file = readFileSync(infraFile('docker/clickhouse/reader.xml'), 'utf8');
  const profile = /<profiles>([\s\S]*?)<\/profiles>/.exec(file)?.[1];
  if (profile === undefined) throw new Error('infra/docker/clickhouse/reader.xml has no profile');
  return profile.trim();
}

/** Text of users.xml. The passwordless `default` is the engine's own session: it may open listeners, no more. */
export function usersXml(options: ClickHouseOptions, control_password: string): string {
  return `<clickhouse>
  <profiles>
    <default>
      <max_memory_usage>${800 * MEBIBYTE}</max_memory_usage>
      <max_threads>2</max_threads>
      <max_insert_threads>1</max_insert_threads>
    </default>
    ${readerProfile()}
  </profiles>
  <quotas><default/></quotas>
  <users>
    ${user('default', '', '127.0.0.1', 'default', ['SYSTEM LISTEN ON *.*'])}
    ${user(options.user, options.password, '::/0', 'default', [])}
    ${user(options.readonly_user, options.readonly_password, '::/0', 'reader', ['SELECT, SHOW ON hilo.*'])}
    ${user(CONTROL_USER, control_password, '127.0.0.1', 'default', ['KILL QUERY ON *.*', 'SELECT ON system.processes'])}
  </users>
</clickhouse>
`;
}

/** Text of config.xml: a server that shares a small machine with the rest of the stack. */
export function configXml(folder: string): string {
  return `<clickhouse>
  <users_config>${folder}/users.xml</users_config>
  <max_server_memory_usage>${1200 * MEBIBYTE}</max_server_memory_usage>
  <mark_cache_size>${64 * MEBIBYTE}</mark_cache_size>
  <uncompressed_cache_size>0</uncompressed_cache_size>
  <index_mark_cache_size>${16 * MEBIBYTE}</index_mark_cache_size>
  <index_uncompressed_cache_size>0</index_uncompressed_cache_size>
  <mmap_cache_size>100</mmap_cache_size>
  <compiled_expression_cache_size>${16 * MEBIBYTE}</compiled_expression_cache_size>
  <max_concurrent_queries>100</max_concurrent_queries>
  <max_connections>200</max_connections>
  <background_pool_size>2</background_pool_size>
  <background_merges_mutations_concurrency_ratio>2</background_merges_mutations_concurrency_ratio>
  <background_schedule_pool_size>8</background_schedule_pool_size>
  <background_common_pool_size>2</background_common_pool_size>
  <background_fetches_pool_size>1</background_fetches_pool_size>
  <background_move_pool_size>1</background_move_pool_size>
  <background_buffer_flush_schedule_pool_size>1</background_buffer_flush_schedule_pool_size>
  <background_distributed_schedule_pool_size>1</background_distributed_schedule_pool_size>
  <background_message_broker_schedule_pool_size>1</background_message_broker_schedule_pool_size>
  <merge_tree>
    <number_of_free_entries_in_pool_to_execute_mutation>1</number_of_free_entries_in_pool_to_execute_mutation>
    <number_of_free_entries_in_pool_to_lower_max_size_of_merge>1</number_of_free_entries_in_pool_to_lower_max_size_of_merge>
    <number_of_free_entries_in_pool_to_execute_optimize_entire_partition>1</number_of_free_entries_in_pool_to_execute_optimize_entire_partition>
    <merge_max_block_size>1024</merge_max_block_size>
  </merge_tree>
  <keep_alive_timeout>10</keep_alive_timeout>
  <!-- Without a port of its own, /metrics is served where queries are: on the HTTP port. -->
  <prometheus>
    <endpoint>/metrics</endpoint>
    <metrics>true</metrics>
    <events>true</events>
    <asynchronous_metrics>true</asynchronous_metrics>
    <errors>false</errors>
  </prometheus>
  <access_control_improvements>
    <select_from_system_db_requires_grant>true</select_from_system_db_requires_grant>
    <select_from_information_schema_requires_grant>true</select_from_information_schema_requires_grant>
    <settings_constraints_replace_previous>true</settings_constraints_replace_previous>
  </access_control_improvements>
</clickhouse>
`;
}

import { readFileSync } from 'node:fs';
import type { ClickHouseOptions } from './clickhouse.ts';
import { QUIET_LOGGERS, usersXml } from './clickhouse-users.ts';
import { infraFile } from './paths.ts';

const MEBIBYTE = 1024 * 1024;

/** A part of a file that docker compose gives to its server: the embedded one has the same. */
function shared(file: string, element: string): string {
  const text = readFileSync(infraFile('docker/clickhouse', file), 'utf8');
  const [whole, content] = new RegExp(`<${element}>([\\s\\S]*?)</${element}>`).exec(text) ?? [];
  if (whole === undefined || content === undefined)
    throw new Error(`infra/docker/clickhouse/${file} has no ${element}`);
  return content.trim();
}

/** The grants of a user in such a file, without the word GRANT. */
function grantsIn(file: string): readonly string[] {
  return [...shared(file, 'grants').matchAll(/<query>GRANT ([^<]+)<\/query>/g)].map(([, grant = '']) => grant);
}

/** Text of users.xml of the embedded server. */
export function embeddedUsersXml(options: ClickHouseOptions, controlPassword: string): string {
  const profiles = `<default>
      <max_memory_usage>${800 * MEBIBYTE}</max_memory_usage>
      <max_threads>2</max_threads>
      <max_insert_threads>1</max_insert_threads>
    </default>
    ${shared('reader.xml', 'profiles')}`;
  const { user, password, loaderUser, loaderPassword, readonlyUser, readonlyPassword } = options;
  return usersXml(
    profiles,
    [
      { name: user, password, profile: 'default' },
      { name: loaderUser, password: loaderPassword, profile: 'default', grants: grantsIn('loader.xml') },
      { name: readonlyUser, password: readonlyPassword, profile: 'reader', grants: grantsIn('reader.xml') },
    ],
    controlPassword,
  );
}

/** Text of config.xml: a server that shares a small machine with the rest of the stack. */
export function configXml(folder: string, time_zone: string): string {
  return `<clickhouse>
  <users_config>${folder}/users.xml</users_config>
  <timezone>${time_zone}</timezone>
  ${QUIET_LOGGERS}
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
  <!-- The memory that the whole machine uses is none of its business, nor may it look. -->
  <memory_worker_use_cgroup>0</memory_worker_use_cgroup>
  <http_handlers>${shared('listeners.xml', 'http_handlers')}</http_handlers>
  <access_control_improvements>
    <select_from_system_db_requires_grant>true</select_from_system_db_requires_grant>
    <select_from_information_schema_requires_grant>true</select_from_information_schema_requires_grant>
    <settings_constraints_replace_previous>true</settings_constraints_replace_previous>
  </access_control_improvements>
</clickhouse>
`;
}

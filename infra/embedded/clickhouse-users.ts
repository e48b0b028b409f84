import { createHash } from 'node:crypto';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** The user that ends the engine's main statement: the only way to stop it. */
export const CONTROL_USER = 'control';

/** The main statement: the engine serves while it runs. */
export const MAIN_STATEMENT = 'SELECT sleepEachRow(0.5) FROM numbers(1000000000000)';

/** A user of a server from `libchdb.so`. */
export interface ServerUser {
  readonly name: string;
  readonly password: string;
  readonly profile: string;
  /** Absent: everything, including creating users. */
  readonly grants?: readonly string[];
}

/**
 * The engine itself runs as `default`, which cannot have a password. Its session lasts as long as the engine, and is
 * the only one that `default` may have: everybody else is refused, on every listener.
 */
const ENGINE_PROFILE = '<engine><max_sessions_for_user>1</max_sessions_for_user></engine>';
const ENGINE_USER = `<default>
      <password></password><networks><ip>127.0.0.1</ip></networks><profile>engine</profile><quota>default</quota>
      <grants><query>GRANT SYSTEM LISTEN ON *.*</query></grants>
    </default>`;

function userXml({ name, password, profile, grants }: ServerUser, network: string): string {
  const granted = (grants ?? []).map((grant) => `<query>GRANT ${grant}</query>`).join('');
  return `<${name}>
      <password_sha256_hex>${sha256(password)}</password_sha256_hex>
      <networks><ip>${network}</ip></networks><profile>${profile}</profile><quota>default</quota>
      ${grants === undefined ? '<access_management>1</access_management>' : `<grants>${granted}</grants>`}
    </${name}>`;
}

/** Text of users.xml. `profiles`: the profiles that `users` name, as XML; `default` must be one of them. */
export function usersXml(profiles: string, users: readonly ServerUser[], controlPassword: string): string {
  const refused = users.find(({ password }) => password === '');
  if (refused !== undefined) throw new Error(`ClickHouse's user ${refused.name} needs a password`);
  const control = {
    name: CONTROL_USER,
    password: controlPassword,
    profile: 'default',
    grants: ['KILL QUERY ON *.*', 'SELECT ON system.processes'],
  };
  return `<clickhouse>
  <profiles>
    ${ENGINE_PROFILE}
    ${profiles}
  </profiles>
  <quotas><default/></quotas>
  <users>
    ${ENGINE_USER}
    ${users.map((user) => userXml(user, '::/0')).join('\n    ')}
    ${userXml(control, '127.0.0.1')}
  </users>
</clickhouse>
`;
}

/**
 * Part of config.xml: loggers to silence. The first three would write down failed statements, with people's names; the
 * last complains if threads may not read their usage.
 */
export const QUIET_LOGGERS = `<logger><levels>${['executeQuery', 'DynamicQueryHandler', 'TCPHandler', 'ThreadStatus']
  .map((name) => `<logger><name>${name}</name><level>none</level></logger>`)
  .join('')}</levels></logger>`;

/** Out-of-bounds targets of the statements. */
export interface Targets {
  /** Files that no statement may read or write. */
  readonly files: readonly string[];
  /** Host and port that nothing may connect to. */
  readonly address: string;
  /** A table of another database. */
  readonly table: string;
}

/** Endless source of statements: the same ones for the same seed. */
export class StatementFuzz {
  readonly #targets: Targets;
  #state: number;

  constructor(seed: number, targets: Targets) {
    this.#state = seed >>> 0;
    this.#targets = targets;
  }

  /** The next statement: most are ClickHouse's SQL, some are nearly so. */
  next(): string {
    const statement = this.#chance(0.85) ? this.#read(2) : this.#write();
    const parts = this.#tail(statement);
    const disguised = this.#chance(0.7) ? this.#disguise(parts) : parts;
    return this.#chance(0.05) ? this.#broken(disguised) : disguised;
  }

  /** Mulberry32: small, and uniform enough for this. */
  #random(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  #chance(probability: number): boolean {
    return this.#random() < probability;
  }

  #pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.#random() * from.length)] as T;
  }

  #read(depth: number): string {
    const { table } = this.#targets;
    const select = () => this.#select(depth);
    return this.#pick([
      select,
      select,
      select,
      () => `${select()} UNION ALL ${select()}`,
      () => `(${select()}) INTERSECT (${select()})`,
      () => `WITH ${this.#expression(depth)} AS w SELECT w LIMIT 3`,
      () => `WITH c AS (${select()}) SELECT * FROM c LIMIT 3`,
      () => `FROM ${this.#source(depth)} SELECT * LIMIT 3`,
      () => `EXPLAIN ${this.#pick(['', 'AST', 'SYNTAX', 'PLAN', 'PIPELINE', 'ESTIMATE', 'QUERY TREE'])} ${select()}`,
      () => `DESCRIBE TABLE ${this.#source(depth)}`,
      () =>
        `SHOW ${this.#pick(['TABLES', 'DATABASES', 'GRANTS', 'PROCESSLIST', "SETTINGS LIKE '%'", 'USERS', "FUNCTIONS LIKE 'file'"])}`,
      () => `SHOW CREATE TABLE ${table}`,
      () => `EXISTS TABLE ${table}`,
    ])();
  }

  #select(depth: number): string {
    const what = this.#chance(0.2) ? `TOP ${this.#number()} ` : '';
    const list = Array.from({ length: 1 + Math.floor(this.#random() * 2) }, () => this.#expression(depth)).join(', ');
    const from = this.#chance(0.6) ? ` FROM ${this.#source(depth)}` : '';
    const where = from !== '' && this.#chance(0.2) ? ` WHERE ${this.#expression(depth)} IS NOT NULL` : '';
    const apply = this.#chance(0.05) ? `, * APPLY ${this.#pick(['file', 'toString', 'url'])}` : '';
    const limit = what === '' ? ' LIMIT 3' : '';
    return `SELECT ${what}${list}${apply}${from}${where}${limit}${this.#chance(0.1) ? this.#settings() : ''}`;
  }

  #expression(depth: number): string {
    const deeper = () => (depth > 0 ? this.#expression(depth - 1) : this.#number());
    return this.#pick([
      () => this.#number(),
      () => this.#text(this.#path()),
      () => `${this.#name('file')}(${this.#text(this.#path())})`,
      () => `${this.#name('file')}(${this.#text(this.#path())}, ${this.#text('')})`,
      () => `arrayMap(x -> ${this.#name('file')}(x), [${this.#text(this.#path())}])`,
      () => `${this.#pick(FUNCTIONS)}`,
      () => `getSetting(${this.#text(this.#pick(SETTINGS))})`,
      () => `(${depth > 0 ? this.#select(depth - 1) : 'SELECT 1'})`,
      () => `${deeper()} IN (${depth > 0 ? this.#select(depth - 1) : 'SELECT 1'})`,
      () => `[${deeper()}, ${deeper()}]`,
      () => `if(${deeper()} = ${deeper()}, 1, 2) AS ${this.#pick(['file', 'settings', 'a', '`b c`'])}`,
      () => `concat(toString(${deeper()}), ${this.#text('x')})`,
      () => `{p:${this.#pick(['String', 'Identifier', 'UInt8'])}}`,
    ])();
  }

  #source(depth: number): string {
    const { address: there, table } = this.#targets;
    const file = () => this.#text(this.#path());
    const address = this.#text(there);
    const url = this.#text(`http://${there}/x`);
    const call = (name: string, ...args: readonly string[]) => `${this.#name(name)}(${args.join(', ')})`;
    return this.#pick([
      () => this.#pick(['hilo.event_rows', 'hilo.events', 'events', 'numbers(5)', 'system.one']),
      () => this.#pick([table, '`default`.`fuzz_canary`', "merge('', '.*')", "merge('default', 'fuzz')", 'default.*']),
      () => `system.${this.#pick(SYSTEM_TABLES)}`,
      () => `information_schema.${this.#pick(['tables', 'columns', 'schemata'])}`,
      () => call('file', file(), this.#text('LineAsString')),
      () => call('fileCluster', this.#text('default'), file(), this.#text('LineAsString')),
      () =>
        call(this.#pick(['url', 's3', 'gcs', 'hdfs', 'iceberg', 'deltaLake', 'hudi']), url, this.#text('LineAsString')),
      () => call(this.#pick(['remote', 'remoteSecure']), address, table),
      () => call(this.#pick(['mysql', 'postgresql', 'mongodb']), address, ...["'d'", "'t'", "'u'", "'p'"]),
      () => call('redis', address, "'key'", "'key String, value String'"),
      () => call(this.#pick(['jdbc', 'odbc']), url, "'s'", "'t'"),
      () => call('sqlite', file(), "'t'"),
      () => call('executable', file(), "'LineAsString'", "'line String'"),
      () => call('azureBlobStorage', url, "'c'", "'p'", "'n'", "'k'"),
      () => call(this.#pick(['cluster', 'clusterAllReplicas']), "'default'", table),
      () => call('input', "'n UInt8'"),
      () => call('dictionary', "'default.d'"),
      () => call('view', depth > 0 ? this.#select(depth - 1) : 'SELECT 1'),
      () => call('mergeTreeIndex', "'default'", "'fuzz_canary'"),
      () => `hilo.${this.#pick(['segment_members', 'event_rows'])}(p = ${this.#number()})`,
      () => `\`${this.#path()}\``,
      () => `(${depth > 0 ? this.#read(depth - 1) : 'SELECT 1'})`,
      () => `(${depth > 0 ? this.#select(depth - 1) : 'SELECT 1'}${this.#settings()})`,
      () => `numbers(3) AS a JOIN ${depth > 0 ? this.#source(depth - 1) : 'numbers(2)'} AS b ON 1 = 1`,
    ])();
  }

  #write(): string {
    const { files, address: there, table } = this.#targets;
    const out = this.#text(`${files[0] ?? ''}.written`);
    const url = `'http://${there}/w'`;
    return this.#pick([
      `INSERT INTO FUNCTION file(${out}, 'CSV', 'n UInt8') SELECT 1`,
      `INSERT INTO FUNCTION url(${url}, 'CSV', 'n UInt8') SELECT 1`,
      `INSERT INTO ${table} SELECT 'x'`,
      'INSERT INTO hilo.event_rows (profile_id) SELECT 1',
      `CREATE TABLE hilo.fuzz_made (n UInt8) ENGINE = ${this.#pick(['Memory', 'File(CSV)', `URL(${url}, CSV)`, 'Log'])}`,
      'CREATE TEMPORARY TABLE fuzz_made (n UInt8)',
      `CREATE VIEW hilo.fuzz_made AS ${this.#select(1)}`,
      'CREATE FUNCTION fuzz_made AS x -> x',
      "CREATE USER fuzz_made IDENTIFIED BY 'x'",
      `CREATE DATABASE fuzz_made ENGINE = MySQL('${there}', 'd', 'u', 'p')`,
      `ALTER TABLE ${table} DELETE WHERE 1`,
      `DROP TABLE ${table}`,
      `TRUNCATE TABLE ${table}`,
      `SYSTEM ${this.#pick(['STOP MERGES', 'SHUTDOWN', 'KILL', 'STOP LISTEN HTTP', 'RELOAD CONFIG', 'FLUSH LOGS'])}`,
      `SET ${this.#pick(SETTINGS)} = 0`,
      'KILL QUERY WHERE 1',
      'GRANT ALL ON *.* TO reader',
      `BACKUP TABLE ${table} TO File(${out})`,
      `BACKUP TABLE ${table} TO S3(${url}, 'a', 'b')`,
      `ATTACH TABLE hilo.fuzz_made FROM ${out} (n UInt8) ENGINE = Log`,
      `SELECT 1 INTO OUTFILE ${out}`,
    ]);
  }

  #tail(statement: string): string {
    const end = this.#pick([
      '',
      '',
      '',
      '',
      this.#settings(),
      ' FORMAT TSV',
      ` INTO OUTFILE '${this.#targets.files[0] ?? ''}.written'`,
    ]);
    return `${statement}${end}${this.#pick(['', '', ';', ' -- ;', '; SELECT 2', '\\G', ' # x'])}`;
  }

  #settings(): string {
    const values = ['0', '1', '2', '1000000000000', "'break'", 'DEFAULT'];
    const one = () => `${this.#pick(SETTINGS)} = ${this.#pick(values)}`;
    return ` ${this.#pick(['SETTINGS', 'settings', 'SeTTings'])} ${one()}${this.#chance(0.5) ? `, ${one()}` : ''}`;
  }

  #path(): string {
    const file = this.#pick(this.#targets.files);
    return this.#pick([
      file,
      file,
      file,
      `/proc/self/root${file}`,
      `/../../../..${file}`,
      `file://${file}`,
      `${file}*`,
    ]);
  }

  #number(): string {
    return this.#pick([
      '1',
      '1.',
      '1.e1',
      '.5',
      '0x1p3',
      '0b1',
      '1_0',
      '1e0',
      '0x1F',
      '1.5',
      '-1',
      'inf',
      '00',
      '1.0e-1',
    ]);
  }

  /** A text in one of the ways to write it. */
  #text(text: string): string {
    const escaped = text.replaceAll('\\', '\\\\').replaceAll("'", "\\'");
    return this.#pick([
      () => `'${escaped}'`,
      () => `'${escaped}'`,
      () => `$q$${text}$q$`,
      () => `$$${text}$$`,
      () => `‘${text}’`,
      () => `x'${Buffer.from(text).toString('hex')}'`,
      () => `'${Buffer.from(text).toString('hex').replaceAll(/../g, String.raw`\x$&`)}'`,
      () => `concat('${escaped.slice(0, 3)}', '${escaped.slice(3)}')`,
      () => `char(${[...Buffer.from(text)].join(', ')})`,
    ])();
  }

  /** A function's name in one of the ways to write it. */
  #name(name: string): string {
    return this.#pick([
      () => name,
      () => name,
      () => name.toUpperCase(),
      () => `\`${name}\``,
      () => `"${name}"`,
      () => `“${name}”`,
      () => `\`${name.slice(0, -1)}\\x${Buffer.from(name.slice(-1)).toString('hex')}\``,
      () => `{f:Identifier}`,
    ])();
  }

  /** Comments and other spaces between the words, and other cases of their characters. */
  #disguise(statement: string): string {
    return statement.replace(/ |\b[a-z]+\b/gi, (part) => {
      if (part === ' ')
        return this.#pick([
          ' ',
          ' ',
          ' ',
          ' ',
          '\n',
          '\t',
          '/**/',
          " /* ' */ ",
          ' /* /* " */ */ ',
          ' -- `\n',
          ' # "\n',
          '\u00a0',
          '\u2003',
        ]);
      return this.#chance(0.1) ? part.replaceAll(/./g, (c) => (this.#chance(0.5) ? c.toUpperCase() : c)) : part;
    });
  }

  #broken(statement: string): string {
    const at = Math.floor(this.#random() * statement.length);
    const what = this.#pick(["'", '"', '`', '(', ')', '/*', '$', '\\', '', '\u0000', ';', '‘']);
    return `${statement.slice(0, at)}${what}${statement.slice(at + (this.#chance(0.5) ? 1 : 0))}`;
  }
}

const FUNCTIONS = [
  ...['showCertificate()', 'currentUser()', 'hostName()', "getMacro('x')", "getServerPort('http_port')", 'version()'],
  ...[
    "dictGet('default.d', 'a', 1)",
    "joinGet('default.fuzz_canary', 'secret', 1)",
    'addressToLine(1)',
    "demangle('x')",
  ],
  ...[
    "catboostEvaluate('/tmp/x', 1)",
    "hasColumnInTable('default', 'fuzz_canary', 'secret')",
    "getClientHTTPHeader('x')",
  ],
  ...["throwIf(1, 'x')", 'filesystemCapacity()', "filesystemAvailable('default')", "formatQuery('SELEC')", 'tcpPort()'],
  ...["generateSerialID('x')", 'transactionID()', "reverseDNSQuery('127.0.0.1')", "fuzzQuery('SELECT 1')", "eval('1')"],
  ...['lag(1) OVER ()', 'queryID()', "getServerSetting('max_server_memory_usage')", "format('{}', 1)", 'buildId()'],
];

const SYSTEM_TABLES = [
  ...[
    'users',
    'grants',
    'processes',
    'query_log',
    'tables',
    'columns',
    'parts',
    'disks',
    'settings',
    'server_settings',
  ],
  ...[
    'clusters',
    'functions',
    'databases',
    'text_log',
    'macros',
    'certificates',
    'backups',
    'named_collections',
    'one',
  ],
];

const SETTINGS = [
  ...[
    'readonly',
    'max_memory_usage',
    'max_execution_time',
    'max_threads',
    'allow_introspection_functions',
    'allow_ddl',
  ],
  ...[
    'max_result_rows',
    'max_memory_usage_for_user',
    'timeout_overflow_mode',
    'max_rows_to_read',
    'max_untracked_memory',
  ],
  ...['max_parser_depth', 'log_queries', 'allow_experimental_window_functions', 'max_block_size', 'join_use_nulls'],
];

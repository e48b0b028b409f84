/** A text as a literal of ClickHouse's SQL, whatever is in it. */
export function quoteText(text: string): string {
  return `'${escaped(text).replaceAll("'", "\\'")}'`;
}

/** A name as an identifier of ClickHouse's SQL, whatever is in it. */
export function quoteName(name: string): string {
  return `\`${escaped(name).replaceAll('`', '\\`')}\``;
}

/** A path of a JSON column, such as `` properties.`products`.`price` ``; dots part the names. */
export function quotePath(column: string, path: string): string {
  return [column, ...path.split('.').map(quoteName)].join('.');
}

function escaped(text: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
    .replaceAll('\0', '\\0');
}

/** A comment, a quoted text, a separator, or anything else. */
const TOKEN = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^'\\]|\\.|'')*'|`[^`]*`|"[^"]*"|;|[^;'"`/-]+|[/-]/g;

/** The statements of a SQL file, without comments; separators inside quotes do not count. */
export function sqlStatements(sql: string): string[] {
  const statements: string[] = [];
  let statement = '';
  for (const [token] of sql.matchAll(TOKEN)) {
    if (token === ';') {
      statements.push(statement.trim());
      statement = '';
    } else if (!token.startsWith('--') && !token.startsWith('/*')) {
      statement += token;
    }
  }
  statements.push(statement.trim());
  return statements.filter((text) => text !== '');
}

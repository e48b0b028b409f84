import type { Statement } from '@hilo/streaming';
import { type MemoryTables, rowsOf } from '@hilo/streaming/testing';

/** The API's tables in memory. */
export class MemoryProfileTables implements MemoryTables {
  readonly documents = new Map<string, { readonly body: string; readonly absorbed: boolean }>();
  readonly identifiers = new Map<string, string>();

  rows({ name }: Statement): readonly object[] {
    throw new Error(`there is no query ${name}`);
  }

  write(statements: readonly Statement[]): boolean {
    for (const statement of statements) this.#apply(statement);
    return true;
  }

  #apply(statement: Statement): void {
    switch (statement.name) {
      case 'profile-put-documents':
        for (const { profile_id, body } of rowsOf<{ profile_id: string; body: string }>(statement))
          this.documents.set(profile_id, { body, absorbed: this.documents.get(profile_id)?.absorbed ?? false });
        return;
      case 'profile-mark-absorbed':
        for (const { profile_id } of rowsOf<{ profile_id: string }>(statement)) {
          const document = this.documents.get(profile_id);
          if (document !== undefined) this.documents.set(profile_id, { ...document, absorbed: true });
        }
        return;
      case 'profile-put-identifiers':
        for (const row of rowsOf<{ type: string; value: string; profile_id: string }>(statement))
          this.identifiers.set(`${row.type}:${row.value}`, row.profile_id);
        return;
      default:
        throw new Error(`there is no statement ${statement.name}`);
    }
  }
}

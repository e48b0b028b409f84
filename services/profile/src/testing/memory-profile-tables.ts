import type { Statement } from '@hilo/streaming';
import type { MemoryTables } from '@hilo/streaming/testing';

/** The mirror tables in memory. */
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

  #apply({ name, values }: Statement): void {
    const [first = [], second = [], third = []] = values as readonly (readonly string[])[];
    switch (name) {
      case 'profile-put-documents':
        for (const [row, id] of first.entries()) {
          const absorbed = this.documents.get(id)?.absorbed ?? false;
          this.documents.set(id, { body: second[row] ?? '', absorbed });
        }
        return;
      case 'profile-mark-absorbed':
        for (const id of first) {
          const document = this.documents.get(id);
          if (document !== undefined) this.documents.set(id, { ...document, absorbed: true });
        }
        return;
      case 'profile-put-identifiers':
        for (const [row, type] of first.entries()) this.identifiers.set(`${type}:${second[row]}`, third[row] ?? '');
        return;
      default:
        throw new Error(`there is no statement ${name}`);
    }
  }
}

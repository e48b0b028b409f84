import type { SchemaOf, Value } from '@hilo/service/contract';
import type { Api } from '../http/contract.ts';

/**
 * The settings of a type as JSON Schema: the HTTP API publishes them and checks by them, and the console draws a form from them.
 * Each is a text, a choice (`enum`), a number, a yes or no, or a list of texts.
 */
export type Fields = SchemaOf<Api, 'Fields'>;

/** Settings that fit fields, as `perform` gets them. */
export type SettingsOf<F extends Fields> = Value<F, Record<never, never>, 'read'>;

/** What a type says to people, in a language other than English. */
export interface Words<F extends Fields = Fields> {
  readonly title: string;
  readonly description: string;
  readonly fields: {
    readonly [Name in keyof F['properties']]: {
      readonly title: string;
      readonly description: string;
      /** What would be right, as the end of a sentence such as "must be …". */
      readonly wanted: string;
    };
  };
}

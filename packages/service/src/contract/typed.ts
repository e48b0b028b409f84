import type { JsonNumber } from '@hilo/exact-json';
import type { Contract } from './contract.ts';

/**
 * The type of a schema's values, for a caller (`sent`: what has a default may be left out) or a handler (`read`: defaults are
 * filled in, and what other code checks is `unknown`). Schemas may refer to themselves.
 */
export type Value<S, Schemas, View extends 'sent' | 'read' = 'sent'> = S extends { readonly checkedIn: string }
  ? View extends 'read'
    ? unknown
    : Checked<S, Schemas, View>
  : Checked<S, Schemas, View>;

type Checked<S, Schemas, View extends 'sent' | 'read'> = S extends {
  readonly $ref: `#/components/schemas/${infer Name}`;
}
  ? Name extends keyof Schemas
    ? Value<Schemas[Name], Schemas, View>
    : never
  : S extends { readonly const: infer Only }
    ? Only
    : S extends { readonly enum: readonly (infer One)[] }
      ? One
      : S extends { readonly oneOf: readonly (infer Branch)[] }
        ? Value<Branch, Schemas, View>
        : S extends { readonly type: infer Type }
          ? OfType<Type extends readonly (infer One)[] ? One : Type, S, Schemas, View>
          : unknown;

type OfType<Type, S, Schemas, View extends 'sent' | 'read'> = Type extends 'string'
  ? string
  : Type extends 'number' | 'integer'
    ? S extends { readonly exact: true }
      ? JsonNumber
      : number
    : Type extends 'boolean'
      ? boolean
      : Type extends 'null'
        ? null
        : Type extends 'array'
          ? S extends { readonly items: infer Items }
            ? readonly Value<Items, Schemas, View>[]
            : readonly unknown[]
          : ObjectOf<S, Schemas, View>;

type ObjectOf<S, Schemas, View extends 'sent' | 'read'> = S extends { readonly properties: infer Properties }
  ? Flat<
      {
        readonly [Name in keyof Properties as Name extends Present<S, Properties, View> ? Name : never]: Value<
          Properties[Name],
          Schemas,
          View
        >;
      } & {
        readonly [Name in keyof Properties as Name extends Present<S, Properties, View> ? never : Name]?: Value<
          Properties[Name],
          Schemas,
          View
        >;
      }
    >
  : S extends { readonly additionalProperties: infer Others extends object }
    ? Readonly<Record<string, Value<Others, Schemas, View>>>
    : Readonly<Record<string, unknown>>;

/** Names of the properties that are always there. */
type Present<S, Properties, View> =
  | (S extends { readonly required: readonly (infer Name)[] } ? Name : never)
  | (View extends 'read' ? WithDefault<Properties> : never);

type WithDefault<Properties> = {
  [Name in keyof Properties]: Properties[Name] extends { readonly default: unknown } ? Name : never;
}[keyof Properties];

type Flat<T> = { [Name in keyof T]: T[Name] };

type RouteOf<C extends Contract, Id extends keyof C['routes']> = C['routes'][Id];

/** Values of one of a contract's schemas. */
export type SchemaOf<C extends Contract, Name extends keyof C['schemas']> = Value<C['schemas'][Name], C['schemas']>;

/** The parts of the path of a route. */
export type ParamsOf<C extends Contract, Id extends keyof C['routes'], View extends 'sent' | 'read' = 'sent'> =
  RouteOf<C, Id> extends { readonly params: infer Params }
    ? { readonly [Name in keyof Params]: Value<Params[Name], C['schemas'], View> }
    : unknown;

/** The query of a route. */
export type QueryOf<C extends Contract, Id extends keyof C['routes'], View extends 'sent' | 'read' = 'sent'> =
  RouteOf<C, Id> extends { readonly query: infer Query }
    ? ObjectOf<{ readonly properties: Query; readonly required: NeedsOf<RouteOf<C, Id>> }, C['schemas'], View>
    : unknown;

type NeedsOf<R> = R extends { readonly needs: infer Needs } ? Needs : readonly [];

/** The body that a route takes. */
export type BodyOf<C extends Contract, Id extends keyof C['routes'], View extends 'sent' | 'read' = 'sent'> =
  RouteOf<C, Id> extends { readonly body: infer Body } ? Value<Body, C['schemas'], View> : undefined;

/** A call of a route as its handler gets it: checked, numbers read, defaults filled in. */
export interface CallOf<C extends Contract, Id extends keyof C['routes']> {
  readonly params: ParamsOf<C, Id, 'read'>;
  readonly query: QueryOf<C, Id, 'read'>;
  readonly body: BodyOf<C, Id, 'read'>;
}

/** What a route answers with where all went well; void for no body, or for a file or a stream, which its handler sends itself. */
export type AnswerOf<C extends Contract, Id extends keyof C['routes']> = AnswerValue<
  RouteOf<C, Id>['answers'][keyof RouteOf<C, Id>['answers']],
  C['schemas']
>;

type AnswerValue<Answer, Schemas> = Answer extends { readonly media: string }
  ? void
  : Answer extends { readonly schema: infer S }
    ? Value<S, Schemas> | (Answer extends { readonly files: readonly string[] } ? void : never)
    : void;

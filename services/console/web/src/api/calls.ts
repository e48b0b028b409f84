import type { Api as ActivationApi } from '@hilo/activation/contract';
import type { Api as ConsoleApi } from '@hilo/console/contract';
import type { Api as HistoryApi } from '@hilo/history/contract';
import type { Api as IdentityApi } from '@hilo/identity/contract';
import type { Api as IngestionApi } from '@hilo/ingestion/contract';
import type { Api as ProfileApi } from '@hilo/profile/contract';
import type { Api as SegmentationApi } from '@hilo/segmentation/contract';
import type { AnswerOf, BodyOf, Contract, ParamsOf, QueryOf } from '@hilo/service/contract';

/** The routes of one API by method and address; `Base` is where its addresses begin behind the console. */
type CallsAt<Base extends string, A extends Contract> = {
  readonly [Id in keyof A['routes'] & string as `${A['routes'][Id]['method']} ${Base}${A['routes'][Id]['path']}`]: {
    readonly api: A;
    readonly id: Id;
  };
};

/** Every call there is, by method and address: `GET /api/history/v1/messages/{message_id}`. */
type Calls = CallsAt<'', ConsoleApi> &
  CallsAt<'/api/activation', ActivationApi> &
  CallsAt<'/api/history', HistoryApi> &
  CallsAt<'/api/identity', IdentityApi> &
  CallsAt<'/api/ingestion', IngestionApi> &
  CallsAt<'/api/profile', ProfileApi> &
  CallsAt<'/api/segmentation', SegmentationApi>;

/** Method and address of a call. */
export type CallName = keyof Calls;

interface Described {
  readonly api: Contract;
  readonly id: string;
}

/** What a call sends. A parameter of the query that is null or empty is left out. */
export type InputOf<Name extends CallName> = Calls[Name] extends infer Call extends Described
  ? Part<'params', ParamsOf<Call['api'], Call['id']>> &
      Part<'query', OrNull<QueryOf<Call['api'], Call['id']>>> &
      Part<'body', BodyOf<Call['api'], Call['id']>>
  : never;

/** A part of the input: none where the route takes none, and optional where nothing in it is needed. */
type Part<Name extends string, Of> = unknown extends Of
  ? unknown
  : Of extends undefined
    ? unknown
    : Partial<Of> extends Of
      ? { readonly [N in Name]?: Of }
      : { readonly [N in Name]: Of };

type OrNull<Query> = unknown extends Query ? unknown : { readonly [Name in keyof Query]: Query[Name] | null };

/** What a call answers with. */
export type OutputOf<Name extends CallName> = Calls[Name] extends infer Call extends Described
  ? Sent<AnswerOf<Call['api'], Call['id']>>
  : never;

type Sent<Answer> = [Exclude<Answer, void>] extends [never] ? void : Exclude<Answer, void>;

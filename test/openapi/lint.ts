import { openApiOf } from '@hilo/service';
import type { Contract } from '@hilo/service/contract';
import { createConfig, lintFromString } from '@redocly/openapi-core';

const LED_ON = 'Browsers come here, and each answer leads them to another address.';

const TOLD_APART = 'The address says whether the body is an event or a batch of them.';

/** Places where a document breaks a rule for a reason: `<service> <rule> <JSON pointer>`. */
export const EXCEPTIONS: Readonly<Record<string, string>> = {
  'console no-ambiguous-paths #/paths/~1api~1{service}~1v1~1{path}':
    'No service is called "explore", so no address has two meanings.',
  'console operation-2xx-response #/paths/~1api~1session~1openid/get/responses': LED_ON,
  'console operation-2xx-response #/paths/~1api~1session~1openid~1callback/get/responses': LED_ON,
  'ingestion no-illogical-composition-keywords #/paths/~1v1~1{call}/post/requestBody/content/application~1json/schema/oneOf':
    TOLD_APART,
  'ingestion no-illogical-composition-keywords #/paths/~1beacon~1v1~1{call}/post/requestBody/content/application~1json/schema/oneOf':
    TOLD_APART,
  'profile no-unused-components #/components/schemas/Trait':
    'Each trait is one if the query has verbose=true, which a schema of the answer cannot say.',
};

/** What a linter finds in the OpenAPI document of a service's contract, by its place: `<service> <rule> <JSON pointer>`. */
export async function lintContract(service: string, contract: Contract): Promise<ReadonlyMap<string, string>> {
  const config = await createConfig({ extends: ['recommended'] });
  const source = JSON.stringify(openApiOf(contract));
  const found = await lintFromString({ source, absoluteRef: `${service}.json`, config });
  return new Map(
    found.map(({ ruleId, message, location: [place] }) => [`${service} ${ruleId} ${place?.pointer ?? '#/'}`, message]),
  );
}

import { Body, Controller, Headers, HttpCode, Inject, Post } from '@nestjs/common';
import { Public, problem, Route } from '@hilo/service';
import type { AnswerOf } from '@hilo/service/contract';
import { TOKENS } from '../ports.ts';
import type { WebhookReceiver } from '../webhook-receiver.ts';
import { type Api, contract } from './contract.ts';

/** Where the demo's deliveries go; `GET` gives the loader the address and the secret. */
@Controller()
export class WebhookController {
  readonly #receiver: WebhookReceiver;
  readonly #consoleUrl: string;

  constructor(@Inject(TOKENS.receiver) receiver: WebhookReceiver, @Inject(TOKENS.consoleUrl) consoleUrl: string) {
    this.#receiver = receiver;
    this.#consoleUrl = consoleUrl;
  }

  @Route(contract, 'getWebhookReceiver')
  describe(): AnswerOf<Api, 'getWebhookReceiver'> {
    return { url: `${this.#consoleUrl}/v1/webhook-receiver`, secret: this.#receiver.secret };
  }

  /** Its body reaches it as bytes, since the signature covers exactly what was sent. */
  @Post('v1/webhook-receiver')
  @Public()
  @HttpCode(204)
  receive(
    @Body() body: unknown,
    @Headers('x-hilo-signature') signature = '',
    @Headers('idempotency-key') idempotency_key = '',
  ): void {
    const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
    const refused = this.#receiver.receive(bytes, signature, idempotency_key);
    if (refused === 'bad_signature')
      throw problem('bad_signature', 'Sign the body with this receiver\'s secret, as "t=…,v1=…".', {
        field: 'X-Hilo-Signature',
      });
    if (refused !== null) throw problem('bad_body', 'The body must be a membership change as JSON.');
  }
}

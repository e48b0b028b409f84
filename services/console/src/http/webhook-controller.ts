import { Body, Controller, Get, Headers, HttpCode, Inject, Post } from '@nestjs/common';
import { Public, problem } from '@hilo/service';
import { TOKENS } from '../ports.ts';
import type { WebhookReceiver } from '../webhook-receiver.ts';

/** Where the demo's deliveries go; `GET` tells the loader the address and the secret. */
@Controller('v1/webhook-receiver')
export class WebhookController {
  readonly #receiver: WebhookReceiver;
  readonly #console_url: string;

  constructor(@Inject(TOKENS.receiver) receiver: WebhookReceiver, @Inject(TOKENS.console_url) console_url: string) {
    this.#receiver = receiver;
    this.#console_url = console_url;
  }

  @Get()
  describe() {
    return { url: `${this.#console_url}/v1/webhook-receiver`, secret: this.#receiver.secret };
  }

  @Post()
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
      throw problem(401, refused, 'Sign the body with this receiver\'s secret, as "t=…,v1=…".', {
        field: 'X-Hilo-Signature',
      });
    if (refused !== null) throw problem(400, refused, 'The body must be a membership change as JSON.');
  }
}

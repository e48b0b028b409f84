import { Controller, Inject } from '@nestjs/common';
import { Public, problem, Route } from '@hilo/service';
import type { AnswerOf, CallOf } from '@hilo/service/contract';
import type { Session } from '../access.ts';
import type { Actor } from '../domain/rights.ts';
import { type By, type PeopleStore, TOKENS } from '../ports.ts';
import type { SecondFactors } from '../second-factors.ts';
import { Allow, Caller, Confirmed } from './api-guard.ts';
import { type Api, contract } from './contract.ts';
import { byOf } from './http-access.ts';
import { refusedSignIn } from './refused-sign-in.ts';
import { userOfPath } from './user-of-path.ts';

/** Authenticator apps and recovery codes: one's own, and for admins everybody's to turn off. */
@Controller()
@Public()
export class SecondFactorController {
  readonly #factors: SecondFactors;
  readonly #people: PeopleStore;
  readonly #isCompulsory: boolean;

  constructor(
    @Inject(TOKENS.secondFactors) factors: SecondFactors,
    @Inject(TOKENS.people) people: PeopleStore,
    @Inject(TOKENS.requiresSecondFactor) isCompulsory: boolean,
  ) {
    this.#factors = factors;
    this.#people = people;
    this.#isCompulsory = isCompulsory;
  }

  @Route(contract, 'beginSecondFactor')
  @Allow('account', 'second_factor_setup_required')
  @Confirmed()
  async begin(_call: unknown, @Caller() { person }: Session): Promise<AnswerOf<Api, 'beginSecondFactor'>> {
    const { expires_at_ms, ...begun } = await this.#factors.begin(person.email);
    return { ...begun, expires_at: new Date(expires_at_ms).toISOString() };
  }

  @Route(contract, 'confirmSecondFactor')
  @Allow('account', 'second_factor_setup_required')
  @Confirmed()
  async confirm(
    { body }: CallOf<Api, 'confirmSecondFactor'>,
    @Caller() session: Session,
  ): Promise<AnswerOf<Api, 'confirmSecondFactor'>> {
    const { email } = session.person;
    const recovery_codes = await this.#factors.confirm(email, body.code, byOwner(session), session.token_hash);
    if (recovery_codes === 'invalid_code') throw refusedSignIn({ kind: recovery_codes });
    if (recovery_codes === 'not_begun')
      throw problem(recovery_codes, 'Nothing waits to be confirmed. Begin again: PUT /api/session/second-factor.');
    return { recovery_codes };
  }

  @Route(contract, 'renewRecoveryCodes')
  @Allow('account')
  @Confirmed()
  async renew(_call: unknown, @Caller() session: Session): Promise<AnswerOf<Api, 'renewRecoveryCodes'>> {
    const recovery_codes = await this.#factors.renewCodes(session.person.email, byOwner(session));
    if (recovery_codes === null) throw problem('not_found', 'You have no second factor.');
    return { recovery_codes };
  }

  @Route(contract, 'removeSecondFactor')
  @Allow('account')
  @Confirmed()
  async remove(_call: unknown, @Caller() session: Session): Promise<void> {
    if (this.#isCompulsory)
      throw problem(
        'second_factor_compulsory',
        'A second factor is compulsory here. You can set another one up instead.',
      );
    if (!(await this.#factors.remove(session.person.email, byOwner(session), session.token_hash)))
      throw problem('not_found', 'You have no second factor.');
  }

  @Route(contract, 'removeUserSecondFactor')
  @Allow('people', 'write')
  @Confirmed()
  async removeOfUser({ params }: CallOf<Api, 'removeUserSecondFactor'>, @Caller() actor: Actor): Promise<void> {
    const email = await userOfPath(this.#people, params.id);
    if (!(await this.#factors.remove(email, byOf(actor), null)))
      throw problem('not_found', 'The user has no second factor.', { field: 'id' });
  }
}

function byOwner({ person, address }: Session): By {
  return byOf({ who: person.email, address });
}

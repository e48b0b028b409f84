import { expect, it } from 'vitest';
import { type FirstStep, firstStepOf } from './first-step.ts';
import type { SecondFactor } from './person.ts';

type Case = readonly [must_change_password: boolean, SecondFactor, isShown: boolean, FirstStep | null];

it.each<Case>([
  [true, 'none', false, 'password_change_required'],
  [true, 'totp', true, 'password_change_required'],
  [false, 'none', false, 'second_factor_setup_required'],
  [false, 'totp', false, 'second_factor_code_required'],
  [false, 'totp', true, null],
  // The identity provider asked for one.
  [false, 'none', true, null],
])(
  'where a second factor is compulsory, somebody with %j, %j, %j needs %j',
  (must_change_password, factor, isShown, step) => {
    const person = { must_change_password, second_factor: factor };
    expect(firstStepOf({ person, isSecondFactorShown: isShown }, true)).toBe(step);
  },
);

it.each(['none', 'totp'] as const)('where it is not, nobody needs one: %s', (second_factor) => {
  for (const isSecondFactorShown of [true, false])
    expect(
      firstStepOf({ person: { must_change_password: false, second_factor }, isSecondFactorShown }, false),
    ).toBeNull();
});

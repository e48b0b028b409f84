import { nullable, object, ref, TIME } from '@hilo/service/contract';
import { ROLES } from '../domain/rights.ts';
import { SIGN_IN_WAYS } from '../domain/sign-in-way.ts';
import { PASSWORD, SECOND_FACTOR } from './contract-sign-in.ts';

const flag = { type: 'boolean' } as const;
const role = { enum: ROLES } as const;
const email = { type: 'string', maxLength: 254, examples: ['ann@example.com'] } as const;
const name = { type: 'string', minLength: 1, maxLength: 200 } as const;

const user = {
  id: { type: 'string', format: 'uuid', description: 'Names the user in addresses.' },
  email,
  name,
  role,
  disabled: { ...flag, description: 'May not sign in; sessions and tokens rest.' },
  must_change_password: {
    ...flag,
    description: 'Somebody else chose the password: the next sign-in asks for another.',
  },
  second_factor: SECOND_FACTOR,
  signs_in_by: {
    enum: SIGN_IN_WAYS,
    description: '`invitation`: the user was invited and has not accepted yet, so nobody can sign in to the account.',
  },
  created_at: TIME,
  updated_at: TIME,
} as const;

/** People, as admins see and change them. */
export const userSchemas = {
  User: object(user),
  AddedUser: object({
    ...user,
    invitation: { ...nullable(ref('Invitation')), description: 'How the user gets in; null: by the password.' },
  }),
  NewUser: object(
    {
      email: { ...email, checkedIn: 'domain/person.ts' },
      name: { ...name, checkedIn: 'domain/person.ts' },
      role,
      password: { ...PASSWORD, description: 'Absent: the user is invited, and chooses one.' },
    },
    ['password'],
  ),
  UserChange: object(
    {
      name: { ...name, checkedIn: 'domain/person.ts' },
      role,
      disabled: flag,
      password: PASSWORD,
      revoke_tokens: { ...flag, description: 'With a new password: end the API tokens, too. True if you do not say.' },
    },
    ['name', 'role', 'disabled', 'password', 'revoke_tokens'],
  ),
} as const;

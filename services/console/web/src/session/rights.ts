import type { Role } from '../api/api.ts';

/** What the console lets people do; the server decides, this only hides what it would refuse. */
export type Right =
  | 'change-segments'
  | 'change-destinations'
  | 'change-sources'
  | 'replay-letters'
  | 'save-explorations'
  | 'administer';

const RIGHTS: Readonly<Record<Role, readonly Right[]>> = {
  admin: [
    'change-segments',
    'change-destinations',
    'change-sources',
    'replay-letters',
    'save-explorations',
    'administer',
  ],
  editor: ['change-segments', 'change-destinations', 'change-sources', 'replay-letters', 'save-explorations'],
  viewer: [],
  privacy: [],
};

/** Whether a role has a right. */
export function hasRight(role: Role, right: Right): boolean {
  return RIGHTS[role].includes(right);
}

import type { Walker } from './walker.ts';

/** The link that the page shows once. */
export async function shownLink(walker: Walker, label: string): Promise<string> {
  return (await walker.page.getByRole('region', { name: walker.words(label), exact: true }).textContent()) ?? '';
}

/** Opens one's own account. */
export async function account(walker: Walker): Promise<void> {
  await walker.page.locator('header button.account').click();
  await walker.page.getByRole('menuitem', { name: walker.words('shell.ownAccount') }).click();
  await walker.heading(walker.words('account.title')).waitFor();
  await walker.page.locator('main .mantine-Skeleton-root').first().waitFor({ state: 'detached' });
}

/** Signs out by the menu. */
export async function signOut(walker: Walker): Promise<void> {
  await walker.page.locator('header button.account').click();
  await walker.page.getByRole('menuitem', { name: walker.words('shell.signOut') }).click();
  await walker.heading(walker.words('sign-in.title')).waitFor();
}

/** Types a code of the second step. */
export async function typeCode(walker: Walker, code: string): Promise<void> {
  await walker.heading(walker.words('sign-in.codeTitle')).waitFor();
  await walker.field('sign-in.code').fill(code);
  await walker.button('sign-in.continue').click();
}

/** Lets the next call of an address find a session that began long ago. */
export async function asIfLongAgo({ page }: Walker, address: string): Promise<void> {
  const body = { code: 'confirmation_required', detail: 'Give your password again.' };
  await page.route(address, (route) => route.fulfill({ status: 403, json: body }), { times: 1 });
}

/** The person has come in. */
export function isHome(walker: Walker): Promise<void> {
  return walker.heading(walker.words('home.title')).waitFor();
}

/** Says yes to the question of a button. */
export async function confirm({ page, words }: Walker, title: string, action: string): Promise<void> {
  const question = page.getByRole('dialog', { name: words(title) });
  await question.getByRole('button', { name: words(action), exact: true }).click();
  await question.waitFor({ state: 'detached' });
}

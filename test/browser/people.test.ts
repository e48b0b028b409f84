import { IdentityProvider, MailServer, sharedStack } from '@hilo/test-stack';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { eventually } from '../e2e/eventually.ts';
import { Authenticator } from './authenticator.ts';
import { addPerson, type ConsolePerson } from './console-people.ts';
import { ConsolePage, type Look, openBrowser } from './console-page.ts';
import { consoleWords } from './console-words.ts';
import { account, asIfLongAgo, confirm, isHome, shownLink, signOut, typeCode } from './person-steps.ts';
import { type SecondConsole, startSecondConsole } from './second-console.ts';
import { Walker } from './walker.ts';

const RUN = `ppl${Date.now().toString(36)}`;
const ANN = `ann-${RUN}@example.com`;
const FIRST = `teapot gravel ${RUN} lantern`;
const SECOND = `walnut ${RUN} harbour violin`;

const LAPTOP: Look = { language: 'en', width: 'desktop', scheme: 'light' };
const PHONE: Look = { language: 'es', width: 'phone', scheme: 'dark' };

const PROVIDER = 'Example Ltd';

const credentials = sharedStack();
let browser: Browser;
let hilo: SecondConsole;
let provider: IdentityProvider;
let mail: MailServer;
let admin: ConsolePerson;
const opened: { readonly at: ConsolePage; readonly walker: Walker }[] = [];

beforeAll(async () => {
  browser = await openBrowser();
  mail = await MailServer.start();
  hilo = await startSecondConsole(credentials, async (url) => {
    provider = await IdentityProvider.start({ redirectUrls: [`${url}/api/session/openid/callback`] });
    return {
      HILO_OPENID_ISSUER: provider.issuer,
      HILO_OPENID_CLIENT_ID: IdentityProvider.clientId,
      HILO_OPENID_CLIENT_SECRET: IdentityProvider.clientSecret,
      HILO_OPENID_ROLES: 'admin=administrators,editor=marketing',
      HILO_OPENID_NAME: PROVIDER,
      HILO_SMTP_URL: mail.url,
      HILO_SMTP_FROM: 'hilo@example.com',
      HILO_SMTP_TLS: 'off',
    };
  });
  admin = await addPerson(credentials, 'admin');
});
afterAll(async () => {
  await browser?.close();
  await hilo?.close();
  await provider?.stop();
  await mail?.stop();
});
afterEach(async () => {
  const wrong = opened.flatMap(({ at, walker }) => [...at.faults, ...walker.complaints]);
  await Promise.all(opened.splice(0).map(({ at }) => at.close()));
  expect(wrong).toEqual([]);
});

/** Somebody at a browser of their own, where nobody is signed in. */
async function somebody(look: Look, url = hilo.url): Promise<Walker> {
  const at = await ConsolePage.open(browser, url, look);
  const walker = new Walker(at, look, await consoleWords(look.language));
  opened.push({ at, walker });
  return walker;
}

/** The row of a person, with everything about them opened. */
async function personAt(walker: Walker, email: string) {
  await walker.page.goto(`${hilo.url}/people`);
  await walker.page.getByRole('searchbox').fill(email);
  const row = walker.table('people.caption').getByRole('row').filter({ hasText: email }).first();
  await row.getByRole('button', { name: walker.words('elements.show'), exact: true }).click();
  return row;
}

/** The entries of the audit log with a text, which stands in no address. */
async function searchAudit(walker: Walker, text: string): Promise<void> {
  await walker.page.goto(`${hilo.url}/audit`);
  await walker.field('audit.search').fill(text);
  await walker.field('audit.search').press('Enter');
  await walker.page.waitForResponse((response) => response.request().postData()?.includes(text) === true);
  expect(walker.page.url()).toBe(`${hilo.url}/audit`);
}

/** Types address and password; the caller knows what comes next. */
async function typePassword(walker: Walker, email: string, password: string, url = hilo.url): Promise<void> {
  await walker.page.goto(`${url}/sign-in`);
  await walker.field('sign-in.email').fill(email);
  await walker.field('sign-in.password').fill(password);
  await walker.button('sign-in.signIn').click();
}

it('somebody is invited, turns on two-step verification, resets the password and ends a session', async () => {
  const boss = await somebody(LAPTOP);
  await boss.signIn(admin);

  // Invited, by a link that is shown once.
  await boss.menu('people');
  await boss.link('people.add').click();
  await boss.field('people.email').fill(ANN);
  await boss.field('people.name').fill('Ann');
  await boss.field('people.role').selectOption('editor');
  await boss.button('people.saveNew').click();
  const invitation = await shownLink(boss, 'people.invitationLink');
  expect(invitation).toContain(`${hilo.url}/accept#token=`);
  await boss.stop('an invitation');
  await (await personAt(boss, ANN)).getByText(boss.words('people.invited'), { exact: true }).waitFor();
  await boss.stop('somebody who is invited');

  // Accepts it, and is signed in.
  const ann = await somebody(PHONE);
  await ann.page.goto(invitation);
  await ann.heading(ann.words('sign-in.acceptTitle')).waitFor();
  await expect.poll(() => ann.page.url()).toBe(`${hilo.url}/accept`);
  await ann.field('new-password.newPassword').fill(`${ANN}`);
  await ann.button('sign-in.accept').click();
  await ann.page.getByText(ann.words('new-password.weak')).waitFor();
  await ann.stop('an invitation is opened');
  await ann.field('new-password.newPassword').fill(FIRST);
  await ann.button('sign-in.accept').click();
  await isHome(ann);
  const late = await somebody(LAPTOP);
  await late.page.goto(invitation);
  await late.field('new-password.newPassword').fill(SECOND);
  await late.button('sign-in.accept').click();
  await late.page.getByRole('alert').getByText(late.words('sign-in.linkOver')).waitFor();
  await late.stop('a link that was used');

  // Turns on two-step verification.
  await account(ann);
  await ann.stop('an account');
  await asIfLongAgo(ann, '**/api/session/second-factor');
  await ann.button('account.turnOn').click();
  const question = ann.page.getByRole('dialog', { name: ann.words('elements.confirmTitle') });
  await ann.field('elements.yourPassword').fill(SECOND);
  await question.getByRole('button', { name: ann.words('elements.continue') }).click();
  await question.getByText(ann.words('elements.passwordWrong')).waitFor();
  await ann.stop('a question for the password');
  await ann.field('elements.yourPassword').fill(FIRST);
  await question.getByRole('button', { name: ann.words('elements.continue') }).click();
  await ann.page.getByRole('img', { name: ann.words('account.picture') }).waitFor();
  const app = new Authenticator(await shownLink(ann, 'account.key'));
  await ann.stop('a key for an app');
  await ann.field('account.code').fill('000000');
  await ann.button('account.confirm').click();
  await ann.page.getByText(ann.words('account.codeWrong')).waitFor();
  await ann.field('account.code').fill(app.next());
  await ann.button('account.confirm').click();
  const recovery = (await shownLink(ann, 'account.recoveryCodes')).split('\n');
  expect(recovery).toHaveLength(10);
  await ann.stop('recovery codes');
  await ann.button('account.stored').click();
  await ann.page.getByText(ann.words('account.stepOn'), { exact: true }).waitFor();

  // Signs in by a code, and with another browser by a recovery code.
  await signOut(ann);
  await typePassword(ann, ANN, FIRST);
  await ann.heading(ann.words('sign-in.codeTitle')).waitFor();
  await ann.stop('the second step');
  await typeCode(ann, app.next());
  await isHome(ann);
  const laptop = await somebody(LAPTOP);
  await typePassword(laptop, ANN, FIRST);
  await laptop.button('sign-in.useRecovery').click();
  await laptop.field('sign-in.recoveryCode').fill(recovery[0] ?? '');
  await laptop.button('sign-in.continue').click();
  await isHome(laptop);

  // Ends the session of the other browser.
  await account(ann);
  const sessions = ann.table('account.sessionsCaption');
  const other = sessions.getByRole('row').filter({ has: ann.button('account.end') });
  await other.first().waitFor();
  expect(await other.count()).toBe(1);
  await other.getByRole('button', { name: ann.words('account.end') }).click();
  await confirm(ann, 'account.endTitle', 'account.end');
  await other.waitFor({ state: 'detached' });
  await laptop.page.reload();
  await laptop.heading(laptop.words('sign-in.title')).waitFor();

  // Forgets the password, and chooses another one by an administrator's link.
  await personAt(boss, ANN);
  await boss.table('account.sessionsCaption').waitFor();
  await boss.button('people.makeReset').click();
  const reset = await shownLink(boss, 'people.resetLink');
  expect(reset).toContain(`${hilo.url}/reset#token=`);
  await boss.stop('a link for a new password');
  await laptop.page.goto(reset);
  await laptop.heading(laptop.words('sign-in.resetTitle')).waitFor();
  await expect.poll(() => laptop.page.url()).toBe(`${hilo.url}/reset`);
  await laptop.stop('a link for a new password is opened');
  await laptop.field('new-password.newPassword').fill(SECOND);
  await laptop.button('sign-in.save').click();
  await laptop.page.getByText(laptop.words('sign-in.resetDone')).waitFor();
  await ann.page.reload();
  await ann.heading(ann.words('sign-in.title')).waitFor();
  await typePassword(laptop, ANN, SECOND);
  await typeCode(laptop, app.next());
  await isHome(laptop);

  // An administrator signs them out, and turns off the second step for somebody without phone and codes.
  await personAt(boss, ANN);
  await boss.button('people.endAll').click();
  await confirm(boss, 'people.endAllTitle', 'people.endAll');
  await boss.page.getByText(boss.words('people.noSessions'), { exact: true }).waitFor();
  await boss.button('people.stepOff').click();
  await confirm(boss, 'people.stepOffTitle', 'people.stepOff');
  await boss.button('people.stepOff').waitFor({ state: 'detached' });
  await typePassword(laptop, ANN, SECOND);
  await isHome(laptop);

  // Each of it is in the audit log.
  await searchAudit(boss, ANN);
  const log = boss.table('audit.caption');
  const line = (who: string, what: string, ...values: readonly string[]) =>
    log.getByRole('row').filter({ hasText: `${who}${boss.words(what, ...values)}` });
  await line(ANN, 'audit.didTurnOn', ANN).waitFor();
  await line(ANN, 'audit.didEndSessions', ANN).waitFor();
  await line(admin.email, 'audit.didEndSessions', ANN).waitFor();
  await line(admin.email, 'audit.didTurnOff', ANN).waitFor();
  await line(admin.email, 'audit.didCreated', boss.words('audit.object_person', ANN)).waitFor();
  const changes = (who: string) => line(who, 'audit.didChanged', boss.words('audit.object_person', ANN));
  // The link for a new password; the invitation that was accepted, and the new password.
  expect(await changes(admin.email).count()).toBe(1);
  expect(await changes(ANN).count()).toBe(2);
  expect(await line(ANN, 'audit.didSignIn').count()).toBe(5);
  expect(await line(ANN, 'audit.didSignOut').count()).toBe(1);
  await boss.stop('the audit log');
}, 240_000);

it('people of an organisation sign in at its provider, with the role of their group', async () => {
  const bea = await somebody(PHONE);
  const email = `bea-${RUN}@example.com`;
  const known = { sub: `bea-${RUN}`, email, email_verified: true, name: 'Bea' };
  provider.signsIn = { ...known, roles: ['everybody'] };
  await bea.page.goto(`${hilo.url}/segments`);
  await bea.page.getByRole('link', { name: bea.words('sign-in.signInWith', PROVIDER), exact: true }).click();
  await bea.page.getByRole('alert').getByText(bea.words('sign-in.refused_no_role')).waitFor();
  await bea.stop('no role');
  provider.signsIn = { ...known, roles: ['everybody', 'marketing'] };
  await bea.page.getByRole('link', { name: bea.words('sign-in.signInWith', PROVIDER), exact: true }).click();
  await isHome(bea);
  await bea.page.locator('header button.account').click();
  await bea.page.getByText(email).waitFor();
  await bea.page.getByText(bea.words('elements.editor')).waitFor();

  const boss = await somebody(LAPTOP);
  await boss.signIn(admin);
  await searchAudit(boss, email);
  const entries = boss.table('audit.caption').getByRole('row').filter({ hasText: email });
  await entries.filter({ hasText: boss.words('audit.didSignIn') }).waitFor();
  await entries.filter({ hasText: boss.words('audit.didCreated', boss.words('audit.object_person', email)) }).waitFor();
});

it('somebody of an organisation shows at its provider that it is still them', async () => {
  const email = `gil-${RUN}@example.com`;
  provider.signsIn = { sub: `gil-${RUN}`, email, email_verified: true, name: 'Gil', roles: ['marketing'] };
  const [gil, elsewhere] = [await somebody(PHONE), await somebody(LAPTOP)];
  for (const walker of [gil, elsewhere]) {
    await walker.page.goto(`${hilo.url}/sign-in`);
    await walker.page.getByRole('link', { name: walker.words('sign-in.signInWith', PROVIDER), exact: true }).click();
    await isHome(walker);
  }
  const other = gil
    .table('account.sessionsCaption')
    .getByRole('row')
    .filter({ has: gil.button('account.end') });
  await account(gil);
  await asIfLongAgo(gil, '**/api/sessions/*');
  await other.getByRole('button', { name: gil.words('account.end') }).click();
  const end = gil.page.getByRole('dialog', { name: gil.words('account.endTitle') });
  await end.getByRole('button', { name: gil.words('account.end'), exact: true }).click();
  const question = gil.page.getByRole('dialog', { name: gil.words('elements.confirmTitle') });
  await question.getByText(gil.words('elements.confirmOpenid')).waitFor();
  await gil.stop('a question to somebody of an organisation');
  await question.getByRole('link', { name: gil.words('elements.confirmAgain') }).click();
  await isHome(gil);

  // Nothing asks again.
  await account(gil);
  await other.getByRole('button', { name: gil.words('account.end') }).click();
  await confirm(gil, 'account.endTitle', 'account.end');
  await other.waitFor({ state: 'detached' });
  await elsewhere.page.reload();
  await elsewhere.heading(elsewhere.words('sign-in.title')).waitFor();
});

it('somebody who forgot the password gets a link by mail', async () => {
  const { email } = await addPerson(credentials, 'editor');
  const dan = await somebody(PHONE);
  await dan.page.goto(`${hilo.url}/sign-in`);
  await dan.link('sign-in.forgot').waitFor();
  await dan.stop('ways to sign in');
  await dan.link('sign-in.forgot').click();
  await dan.heading(dan.words('sign-in.forgotTitle')).waitFor();
  await dan.field('sign-in.email').fill(email);
  await dan.button('sign-in.sendLink').click();
  await dan.page.getByText(dan.words('sign-in.linkSent')).waitFor();
  await dan.stop('a link is on its way');
  const mails = await eventually(
    'a mail arrives',
    async () => mail.received().filter(({ to }) => to.includes(email)),
    ({ length }) => length > 0,
  );
  // Of quoted-printable, as mails are sent.
  const text = mails[0]?.text.replaceAll('=\r\n', '').replaceAll('=3D', '=') ?? '';
  const [link = ''] = /\S+\/reset#token=\S+/.exec(text) ?? [];
  await dan.page.goto(link);
  await dan.field('new-password.newPassword').fill(SECOND);
  await dan.button('sign-in.save').click();
  await dan.link('sign-in.toSignIn').click();
  await typePassword(dan, email, SECOND);
  await isHome(dan);
});

it('somebody whose password another person knows chooses one of their own first', async () => {
  const email = `eve-${RUN}@example.com`;
  const answer = await fetch(`${hilo.url}/api/users`, {
    method: 'POST',
    headers: { authorization: `Bearer ${credentials.adminToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ email, name: 'Eve', role: 'viewer', password: FIRST }),
  });
  expect(answer.status).toBe(201);
  const eve = await somebody(PHONE);
  await eve.page.goto(`${hilo.url}/segments`);
  await eve.field('sign-in.email').fill(email);
  await eve.field('sign-in.password').fill(FIRST);
  await eve.button('sign-in.signIn').click();
  await eve.heading(eve.words('sign-in.firstTitle')).waitFor();
  await eve.page.goto(`${hilo.url}/segments`);
  await eve.heading(eve.words('sign-in.firstTitle')).waitFor();
  await eve.field('new-password.current').fill(FIRST);
  await eve.field('new-password.newPassword').fill(FIRST);
  await eve.button('sign-in.save').click();
  await eve.page.getByText(eve.words('new-password.same')).waitFor();
  await eve.stop('a password of their own');
  await eve.field('new-password.newPassword').fill(SECOND);
  await eve.button('sign-in.save').click();
  await eve.heading(eve.words('shell.segments')).waitFor();
});

it('where a second factor is compulsory, everybody sets it up before anything else', async () => {
  const strict = await startSecondConsole(credentials, async () => ({ HILO_SECOND_FACTOR: 'required' }));
  try {
    const { email, password } = await addPerson(credentials, 'editor');
    const fay = await somebody(PHONE, strict.url);
    await fay.page.goto(`${strict.url}/segments`);
    await fay.field('sign-in.email').fill(email);
    await fay.field('sign-in.password').fill(password);
    await fay.button('sign-in.signIn').click();
    await fay.heading(fay.words('account.neededTitle')).waitFor();
    await fay.page.goto(`${strict.url}/segments`);
    await fay.heading(fay.words('account.neededTitle')).waitFor();
    await fay.stop('two-step verification is compulsory');
    await fay.button('account.setUp').click();
    await fay.page.getByRole('img', { name: fay.words('account.picture') }).waitFor();
    const app = new Authenticator(await shownLink(fay, 'account.key'));
    await fay.stop('the key that everybody needs');
    await fay.field('account.code').fill(app.next());
    await fay.button('account.confirm').click();
    const recovery = (await shownLink(fay, 'account.recoveryCodes')).split('\n');
    await fay.stop('the recovery codes that everybody needs');
    await fay.button('account.stored').click();
    await fay.heading(fay.words('shell.segments')).waitFor();

    // Nobody turns it off, but can use another app.
    await account(fay);
    await fay.button('account.replace').waitFor();
    expect(await fay.button('account.turnOff').count()).toBe(0);
    await fay.stop('an account whose second factor stays');

    const laptop = await somebody(LAPTOP, strict.url);
    await typePassword(laptop, email, password, strict.url);
    await laptop.button('sign-in.useRecovery').click();
    await laptop.field('sign-in.recoveryCode').fill(recovery[0] ?? '');
    await laptop.button('sign-in.continue').click();
    await isHome(laptop);

    const boss = await somebody(LAPTOP);
    await boss.signIn(admin);
    await boss.page.goto(`${hilo.url}/audit?q=${email}`);
    const log = boss.table('audit.caption').getByRole('row');
    await log.filter({ hasText: `${email}${boss.words('audit.didTurnOn', email)}` }).waitFor();
    // One of the recovery codes is used up.
    const factor = boss.words('audit.object_secondFactor', email);
    await log.filter({ hasText: `${email}${boss.words('audit.didChanged', factor)}` }).waitFor();
  } finally {
    await strict.close();
  }
}, 120_000);

import type { Locator, Page } from 'playwright-core';
import { type ConsolePage, type Look } from './console-page.ts';
import type { ConsolePerson } from './console-people.ts';
import type { Words } from './console-words.ts';
import { SeenTimes } from './seen-times.ts';

/** A person who goes through the console by its labels, and checks every page where they stop. */
export class Walker {
  readonly page: Page;
  readonly words: Words;
  readonly seen = new SeenTimes();
  /** What was wrong with the pages where they stopped. */
  readonly complaints: string[] = [];
  readonly #at: ConsolePage;
  readonly #look: Look;

  constructor(at: ConsolePage, look: Look, words: Words) {
    this.#at = at;
    this.page = at.page;
    this.#look = look;
    this.words = words;
  }

  async signIn({ email, password }: ConsolePerson): Promise<void> {
    await this.#at.signIn(email, password);
    await this.heading(this.words('home.title')).waitFor();
  }

  /** Goes to a page by the menu, which a phone opens first. `name`: of its text in the menu. */
  async menu(name: string): Promise<void> {
    const { page, words } = this;
    if (this.#look.width === 'phone') await page.getByRole('button', { name: words('shell.openMenu') }).click();
    const menu = page.getByRole('navigation', { name: words('shell.pages'), exact: true });
    await menu.getByRole('link', { name: words(`shell.${name}`), exact: true }).click();
    await this.heading(words(`shell.${name}`)).waitFor();
  }

  /** Checks the page as it is now for anything that keeps people from using it. */
  async stop(where: string): Promise<void> {
    const violations = await this.#at.violations();
    this.complaints.push(...violations.map((violation) => `${where}: ${violation}`));
    const overflow = await this.#at.overflow();
    if (overflow > 0) this.complaints.push(`${where}: ${overflow} pixels wider than the screen`);
  }

  heading(name: string): Locator {
    return this.page.getByRole('heading', { name, level: 1, exact: true });
  }

  table(caption: string): Locator {
    return this.page.getByRole('table', { name: this.words(caption), exact: true });
  }

  /** A field by its exact label. */
  field(label: string): Locator {
    return this.page.getByLabel(this.words(label), { exact: true });
  }

  button(name: string, ...values: readonly (string | number)[]): Locator {
    return this.page.getByRole('button', { name: this.words(name, ...values), exact: true });
  }

  link(name: string): Locator {
    return this.page
      .getByRole('main')
      .getByRole('link', { name: this.words(name), exact: true })
      .first();
  }

  text(name: string, ...values: readonly (string | number)[]): Locator {
    return this.page.getByRole('main').getByText(this.words(name, ...values));
  }
}

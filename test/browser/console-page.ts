import { existsSync } from 'node:fs';
import axe from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

/** The path of Debian's package; HILO_CHROMIUM names another one. */
const CHROMIUM = process.env.HILO_CHROMIUM ?? '/usr/bin/chromium';

const FLAGS = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'],
];

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** How a person views the console. */
export interface Look {
  readonly language: 'en' | 'es';
  readonly width: 'desktop' | 'phone';
  readonly scheme: 'light' | 'dark';
  /** Time zone of the browser, by its IANA name; absent: this machine's. */
  readonly zone?: string;
}

const SIZES = { desktop: { width: 1280, height: 900 }, phone: { width: 375, height: 812 } } as const;

interface AxeWindow {
  readonly axe: typeof axe;
  readonly document: { readonly documentElement: { readonly scrollWidth: number; readonly clientWidth: number } };
}

/** Starts Chromium. If there is none, rejects with how to get it. */
export function openBrowser(): Promise<Browser> {
  if (!existsSync(CHROMIUM)) {
    throw new Error(`no Chromium at ${CHROMIUM}: apt-get install chromium, or name one in HILO_CHROMIUM`);
  }
  return chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
}

/** One page of the console, with everything that the browser found wrong in it. */
export class ConsolePage {
  readonly page: Page;
  /** Script errors, violations of the content security policy, and dialogs that something opened. */
  readonly faults: string[] = [];
  readonly #context: BrowserContext;
  readonly #base: string;

  private constructor(context: BrowserContext, page: Page, base: string) {
    this.#context = context;
    this.page = page;
    this.#base = base;
    page.on('pageerror', (error) => this.faults.push(`error: ${error.message}`));
    page.on('console', (message) => {
      if (/content security policy/i.test(message.text())) this.faults.push(message.text());
    });
    page.on('dialog', (dialog) => {
      // The question before unsaved edits are lost: whoever goes on has answered it.
      if (dialog.type() === 'beforeunload') return void dialog.accept();
      this.faults.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
  }

  /** Opens a page in a separate browser profile. */
  static async open(browser: Browser, base: string, { language, width, scheme, zone }: Look): Promise<ConsolePage> {
    const context = await browser.newContext({
      viewport: SIZES[width],
      locale: language === 'en' ? 'en-GB' : 'es-ES',
      colorScheme: scheme,
      ...(zone === undefined ? {} : { timezoneId: zone }),
      reducedMotion: 'reduce',
    });
    // As an init script, since the page's policy accepts no script from elsewhere.
    await context.addInitScript(axe.source);
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    return new ConsolePage(context, page, base);
  }

  async go(path: string): Promise<void> {
    await this.page.goto(`${this.#base}${path}`);
  }

  /** Signs in with the form; resolves when the frame of the pages is there. */
  async signIn(email: string, password: string): Promise<void> {
    await this.go('/sign-in');
    await this.page.locator('input[type="email"]').fill(email);
    await this.page.locator('input[autocomplete="current-password"]').fill(password);
    await this.page.locator('button[type="submit"]').click();
    await this.page.locator('main h1').waitFor();
    await this.page.locator('header button.account').waitFor();
  }

  /** What violates WCAG 2.2 A and AA on the page as it is, by rule and place. */
  async violations(): Promise<readonly string[]> {
    const { violations } = await this.page.evaluate(
      (rules) => (globalThis as unknown as AxeWindow).axe.run({ runOnly: rules }),
      RULES,
    );
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} at ${target.join(' ')}: ${failureSummary ?? ''}`),
    );
  }

  /** Scripts that the page has loaded since it was opened by its address: names, and bytes as they are sent. */
  async scripts(): Promise<ReadonlyMap<string, number>> {
    const loaded = await this.page.evaluate(() =>
      performance
        .getEntriesByType('resource')
        .filter(({ name }) => name.endsWith('.js'))
        .map(
          (entry) => [entry.name, (entry as unknown as { readonly encodedBodySize: number }).encodedBodySize] as const,
        ),
    );
    return new Map(loaded);
  }

  /** By how many pixels the page is wider than the screen. */
  overflow(): Promise<number> {
    return this.page.evaluate(() => {
      const { scrollWidth, clientWidth } = (globalThis as unknown as AxeWindow).document.documentElement;
      return scrollWidth - clientWidth;
    });
  }

  close(): Promise<void> {
    return this.#context.close();
  }
}

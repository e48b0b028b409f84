import type { Page } from 'playwright-core';

/** Elements passed on the way to a field, at most. */
const STEPS = 120;

interface NamedElement {
  readonly labels?: ArrayLike<{ readonly textContent: string | null }> | null;
  readonly textContent: string | null;
  getAttribute(name: string): string | null;
}

interface FocusWindow {
  readonly document: { readonly activeElement: NamedElement | null };
}

/** A person without a mouse: reaches fields by the Tab key, and knows them by their names. */
export class Keyboard {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** Goes on to the next field or button of a name; `back`: to the one before. Rejects if there is none. */
  async to(name: string, back = false): Promise<void> {
    for (let step = 0; step < STEPS; step += 1) {
      await this.press(back ? 'Shift+Tab' : 'Tab');
      if ((await this.#focused()) === name) return;
    }
    throw new Error(`no field “${name}” within ${STEPS} steps of the Tab key`);
  }

  /** Goes to a field and replaces what is in it. */
  async fill(name: string, text: string): Promise<void> {
    await this.to(name);
    await this.press('ControlOrMeta+a');
    await this.type(text);
  }

  /** Goes to a select and moves so many options down. */
  async choose(name: string, down: number): Promise<void> {
    await this.to(name);
    for (let step = 0; step < down; step += 1) await this.press('ArrowDown');
  }

  type(text: string): Promise<void> {
    return this.#page.keyboard.type(text);
  }

  press(key: string): Promise<void> {
    return this.#page.keyboard.press(key);
  }

  #focused(): Promise<string> {
    return this.#page.evaluate(() => {
      const element = (globalThis as unknown as FocusWindow).document.activeElement;
      const label = element?.labels?.[0]?.textContent;
      return (element?.getAttribute('aria-label') ?? label ?? element?.textContent ?? '').trim();
    });
  }
}

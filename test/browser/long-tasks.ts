import type { Page } from 'playwright-core';

/**
 * In the page: records how long the browser was busy with one task, whenever that was more than 50 ms (the W3C's Long
 * Tasks).
 */
const NOTE_THEM = `
  globalThis.hiloLongTasks = [];
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) globalThis.hiloLongTasks.push(Math.round(duration));
  }).observe({ type: 'longtask', buffered: true });
`;

/** Begins to record long tasks, in this document and in every later one of the page. */
export async function noteLongTasks(page: Page): Promise<void> {
  await page.addInitScript(NOTE_THEM);
}

/** How long each long task of the document took, in milliseconds. */
export function longTasks(page: Page): Promise<readonly number[]> {
  return page.evaluate(() => (globalThis as unknown as { readonly hiloLongTasks: number[] }).hiloLongTasks);
}

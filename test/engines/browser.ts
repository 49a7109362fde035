/** A browser under test, however it is driven. */
export interface EngineBrowser {
  /** Name and version. */
  readonly version: string;
  /** Its page, of which there is one. */
  readonly page: EnginePage;
  close(): Promise<void>;
}

export interface EnginePage {
  goto(address: string): Promise<void>;
  /** Runs a function in the page; what goes in and comes out is what JSON takes. Rejects if it throws. */
  evaluate<Result, Given = undefined>(work: (given: Given) => Result, given?: Given): Promise<Awaited<Result>>;
}

/** A function of a test and what it is given, as an expression that can be sent to a page. */
export function expressionOf(work: (given: never) => unknown, given: unknown): string {
  return `(${work})(${given === undefined ? '' : JSON.stringify(given)})`;
}

/** Opens an address and waits for a name that its script gives to the window last. */
export async function openPage(page: EnginePage, address: string, name: 'api' | 'conform'): Promise<void> {
  await page.goto(address);
  await page.evaluate(async (wanted) => {
    const end = performance.now() + 120_000;
    while (!(wanted in window)) {
      if (performance.now() > end) throw new Error(`the page has no "${wanted}"`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }, name);
}

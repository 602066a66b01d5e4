import sparticuz from '@sparticuz/chromium'
import { type Browser, chromium } from 'playwright-core'

/** A real browser, which npm brings. `CHROMIUM` names another one, for a machine that this one does not run on. */
export async function startBrowser(): Promise<Browser> {
  const given = process.env.CHROMIUM
  return chromium.launch({
    executablePath: given ?? (await sparticuz.executablePath()),
    args: [
      ...(given ? ['--no-sandbox'] : sparticuz.args),
      '--disable-background-networking',
      '--disable-component-update',
    ],
    headless: true,
  })
}

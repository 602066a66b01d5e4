import { createHash } from 'node:crypto'
import { raw } from 'hono/html'
import type { Child, FC } from 'hono/jsx'

/** All pages are whole by themselves: no script, no font, no image from anywhere. */
const style = `
:root { color-scheme: light dark; --ink: light-dark(#1c1b19, #e8e6e1); --paper: light-dark(#fbfaf7, #171716);
  --faint: light-dark(#5f5b52, #a39e93); --line: light-dark(#dcd8cd, #3a3833); --accent: light-dark(#7a3b0c, #e0a06d) }
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 1.0625rem/1.6 Charter, "Bitstream Charter", "Sitka Text", Cambria, serif }
main, header, footer { max-width: 42rem; margin: 0 auto; padding: 0 1.25rem }
header { padding-top: 2.5rem }
header a { color: var(--faint); text-decoration: none; letter-spacing: .04em }
main { padding-bottom: 2rem }
footer { border-top: 1px solid var(--line); padding-block: 1rem 2rem; color: var(--faint); font-size: .9rem }
h1 { font-size: 1.9rem; line-height: 1.2; font-weight: 600; margin: 1.25rem 0 .75rem; text-wrap: balance }
h2 { font-size: 1.15rem; margin: 2rem 0 .4rem }
p, dd { margin: 0 0 .8rem; text-wrap: pretty }
a { color: var(--accent); text-underline-offset: .18em }
a:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; border-radius: 2px }
code, pre { font: .875em/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace }
dd code { white-space: nowrap }
pre { overflow-x: auto; padding: .9rem 1rem; border: 1px solid var(--line); border-radius: 6px }
.status { color: var(--faint); margin: 0 }
dl { display: grid; grid-template-columns: minmax(9rem, max-content) 1fr; gap: .25rem 1.25rem }
dt, dd { margin: 0 }
h3 { font-size: 1rem; margin: 1.6rem 0 .3rem; overflow-wrap: anywhere }
h4 { font-size: .95rem; font-weight: 600; margin: 1rem 0 .2rem }
h3 a { color: inherit; text-decoration: none }
h2, h3 { scroll-margin-top: 1rem }
.method { font: 600 .8em ui-monospace, "SF Mono", Menlo, Consolas, monospace; color: var(--accent) }
.type { color: var(--faint); font-weight: 400; overflow-wrap: anywhere }
.required { color: var(--accent); font-weight: 600; font-size: .85em }
.operation { border-top: 1px solid var(--line) }
.contents ul { list-style: none; margin: 0; padding: 0 }
.contents li li { padding: .12rem 0 .12rem .8rem; overflow-wrap: anywhere }
.contents > ul > li { margin-top: .7rem }
dd > code:only-child { white-space: normal; overflow-wrap: anywhere }
dl.fields { display: block }
.fields > dd { margin: 0 0 .5rem; padding-left: .9rem; border-left: 1px solid var(--line) }
.fields p { margin: 0 }
.fields .status { font-size: .85rem; overflow-wrap: anywhere }
.choices { padding-left: 1.2rem; margin: .3rem 0 }
.fields code, .answers code { overflow-wrap: anywhere; white-space: normal }
dl.answers { grid-template-columns: 3rem 1fr }
@media (max-width: 34rem) { dl { grid-template-columns: 1fr } dd { margin-bottom: .7rem } }
`

/** Nothing may run or be loaded on a page, whatever is recorded: its own style is known by its hash. */
export const contentSecurityPolicy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

/** A page in its frame. */
export const Layout: FC<{ title: string; children?: Child }> = ({ title, children }) => (
  <>
    {raw('<!doctype html>')}
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{title}</title>
        <style>{raw(style)}</style>
      </head>
      <body>
        <header>
          <a href="/">Rapporteur</a>
        </header>
        <main>{children}</main>
        <footer>
          <a href="/docs">Reference</a> · <a href="/openapi.json">OpenAPI</a> · <a href="/events">Events</a> ·{' '}
          <a href="/healthz">Health</a>
        </footer>
      </body>
    </html>
  </>
)

/** Plain words in which what stands between backquotes is code. */
export const Inline: FC<{ text: string }> = ({ text }) => (
  <>{text.split('`').map((part, index) => (index % 2 === 1 ? <code>{part}</code> : part))}</>
)

/** A paragraph of them. */
export const Words: FC<{ text: string }> = ({ text }) => (
  <p>
    <Inline text={text} />
  </p>
)

/** What runs here and where to go on, in JSON. */
export const aboutThis = (source: string) => ({
  name: 'Rapporteur',
  about:
    'Public statements, as documents give them, and phases of peace missions, as sources report them: immutable events in one log.',
  source,
  links: {
    statements: '/statements',
    missions: '/missions',
    events: '/events',
    checkpoint: '/checkpoint',
    logKey: '/log/key',
    health: '/healthz',
    docs: '/docs',
    openapi: '/openapi.json',
    problems: '/problems',
  },
})

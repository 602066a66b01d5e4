/** Whether a request's `Accept-Encoding` lets an answer be gzip (RFC 9110 §12.5.3). */
export function acceptsGzip(header = ''): boolean {
  const codings = new Map(
    header.split(',').map((part) => {
      const [name = '', ...parameters] = part.split(';').map((word) => word.trim().toLowerCase())
      return [name, !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))]
    }),
  )
  return codings.get('gzip') ?? codings.get('x-gzip') ?? codings.get('*') ?? false
}

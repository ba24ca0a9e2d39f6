// Reading requests by contract: parameters, query and body, each refused with the field's name.

import type { z } from 'zod'
import type { Route } from '../../../lib/contracts/routes.ts'
import { ApiError } from '../problem.ts'

const BODY_BYTES_MAX = 1024 * 1024

/** Throws ApiError 400 for the first thing that is wrong, naming it. */
export function check<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const result = schema.safeParse(input)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const field = issue?.path.join('.') ?? ''
  const message = `${field === '' ? 'The request' : `"${field}"`} is not valid: ${issue?.message ?? 'unknown reason'}.`
  throw new ApiError(400, {
    code: 'invalid_parameter',
    message: message.replace(/\.\.$/, '.'),
    ...(field === '' ? {} : { field }),
  })
}

/** A parameter that is given twice is refused: which one is meant cannot be known. */
export function readQuery(url: URL): Record<string, string> {
  const query: Record<string, string> = {}
  for (const [name, value] of url.searchParams) {
    if (Object.hasOwn(query, name)) {
      throw new ApiError(400, {
        code: 'invalid_parameter',
        message: `"${name}" is given twice.`,
        field: name,
      })
    }
    query[name] = value
  }
  return query
}

export async function readBody(request: Request, bytesMax = BODY_BYTES_MAX): Promise<unknown> {
  const type = request.headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase()
  if (type !== 'application/json') {
    throw new ApiError(415, {
      code: 'unsupported_media_type',
      message: 'The body must be JSON, sent with "Content-Type: application/json".',
    })
  }
  const text = await readText(request, bytesMax)
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new ApiError(400, {
      code: 'invalid_parameter',
      message: `The body is not JSON: ${(error as Error).message}.`,
      field: 'body',
    })
  }
}

async function readText(request: Request, bytesMax: number): Promise<string> {
  const tooLarge = new ApiError(413, {
    code: 'too_large',
    message: `The body is larger than ${bytesMax} bytes.`,
    field: 'body',
  })
  if (Number(request.headers.get('content-length') ?? 0) > bytesMax) throw tooLarge
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for await (const chunk of request.body ?? []) {
    bytes += chunk.length
    if (bytes > bytesMax) throw tooLarge
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

/**
 * What changes something must come from the console's own pages or from a program: browsers name
 * the site that a request comes from.
 */
export function refuseOtherSites(request: Request, method: Route['method']): void {
  if (method === 'get') return
  const site = request.headers.get('sec-fetch-site')
  const origin = request.headers.get('origin')
  const host = request.headers.get('host') ?? new URL(request.url).host
  const isForeignOrigin =
    origin !== null && (!URL.canParse(origin) || new URL(origin).host !== host)
  const isForeignSite = site !== null && site !== 'same-origin' && site !== 'none'
  if (isForeignOrigin || isForeignSite) {
    throw new ApiError(403, {
      code: 'other_site',
      message: "Changes are accepted from this console's own pages, not from other sites.",
    })
  }
}

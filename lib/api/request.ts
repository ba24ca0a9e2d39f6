// Requests to the HTTP API. Types come from the contracts' table of routes; zod itself stays out
// of the browser's bundle, since the server checks its answers against the same table.

import type { z } from 'zod'
import type { Problem } from '../contracts/common.ts'
import type { RouteName, routes } from '../contracts/routes.ts'

export type Answer<Name extends RouteName> = z.infer<(typeof routes)[Name]['answer']>

/** A refused or failed request, with the server's own words. `status` 0: no answer at all. */
export class ApiError extends Error {
  readonly status: number
  readonly problem: Problem

  constructor(status: number, problem: Problem) {
    super(problem.message)
    this.name = 'ApiError'
    this.status = status
    this.problem = problem
  }
}

export const unreachable: Problem = {
  code: 'console_unreachable',
  message: 'Riverglass itself does not answer. Is it still running?',
}

export async function send(path: string, init: RequestInit = {}): Promise<Response> {
  let response: Response
  try {
    response = await fetch(path, init)
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    throw new ApiError(0, unreachable)
  }
  if (response.ok) return response
  throw new ApiError(response.status, await problemOf(response))
}

export async function getJson<Name extends RouteName>(
  _route: Name,
  path: string,
  signal?: AbortSignal,
): Promise<Answer<Name>> {
  const response = await send(path, signal === undefined ? {} : { signal })
  return (await response.json()) as Answer<Name>
}

export async function sendJson<Name extends RouteName>(
  _route: Name,
  method: 'POST' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<Answer<Name>> {
  const response = await send(path, {
    method,
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  })
  return (await response.json()) as Answer<Name>
}

/** The problem in the answer's body; when there is none, one that says what came instead. */
export async function problemOf(response: Response): Promise<Problem> {
  const fallback: Problem = {
    code: 'unexpected_answer',
    message: `The server answered ${response.status} ${response.statusText} without saying why.`,
  }
  try {
    const body: unknown = await response.json()
    return findProblem(body) ?? fallback
  } catch {
    return fallback
  }
}

function findProblem(body: unknown): Problem | null {
  if (typeof body !== 'object' || body === null) return null
  if ('code' in body && 'message' in body && typeof body.message === 'string') {
    return body as Problem
  }
  return 'problem' in body
    ? findProblem(body.problem)
    : 'error' in body
      ? findProblem(body.error)
      : null
}

/** Whatever was thrown, as a problem that can be shown. */
export function toProblem(error: unknown): Problem {
  if (error instanceof ApiError) return error.problem
  return { code: 'unexpected', message: error instanceof Error ? error.message : String(error) }
}

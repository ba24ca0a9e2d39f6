import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ErrorCode, errorName, isRetriable } from './errors.ts'

interface KafkaError {
  code: number
  name: string
  retriable: boolean
}

describe('error codes', () => {
  it('are the codes, names and retriable errors of the Java client', () => {
    const file = new URL('golden/errors.json', import.meta.url)
    const theirs = JSON.parse(readFileSync(file, 'utf8')) as KafkaError[]
    const ours = Object.entries(ErrorCode).map(([name, code]) => ({
      code,
      name,
      retriable: isRetriable(code),
    }))
    expect(ours).toEqual(theirs)
  })

  it('have names, and a code that nobody knows is an unknown server error', () => {
    expect(errorName(6)).toBe('NOT_LEADER_OR_FOLLOWER')
    expect(errorName(32_000)).toBe('UNKNOWN_SERVER_ERROR')
    expect(isRetriable(32_000)).toBe(false)
  })
})

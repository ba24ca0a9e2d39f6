import { describe, expect, it } from 'vitest'
import { isLoopback, refusalOf } from './http-guard.ts'

const ask = (method: string, headers: { host?: string; origin?: string }, boundTo = '127.0.0.1') =>
  refusalOf({ method, headers }, boundTo)

describe('the console on a loopback address', () => {
  it.each(['localhost:3000', '127.0.0.1:3000', '[::1]:3000', 'riverglass.localhost', '127.1.2.3'])(
    'answers to %s',
    (host) => expect(ask('GET', { host })).toBeUndefined(),
  )

  it.each(['rebound.example', '192.168.1.5', 'localhost.example', '127.0.0.1.example', ''])(
    'refuses a request for "%s"',
    (host) => expect(ask('GET', { host })).toContain(host),
  )

  it('refuses a request that names no host', () => {
    expect(ask('GET', {})).toBeDefined()
  })

  it('answers to the name it was started with', () => {
    expect(ask('GET', { host: 'Box.local:3000' }, 'box.local')).toBeUndefined()
  })
})

describe('the console on an open address', () => {
  it('answers to any name', () => {
    expect(ask('GET', { host: 'kafka.example' }, '0.0.0.0')).toBeUndefined()
  })
})

describe('a change', () => {
  const host = 'localhost:3000'

  it('is accepted from the own pages and from programs', () => {
    expect(ask('POST', { host, origin: 'http://localhost:3000' })).toBeUndefined()
    expect(ask('DELETE', { host })).toBeUndefined()
  })

  it.each(['https://elsewhere.example', 'http://localhost:3001', 'null', 'nonsense'])(
    'is refused from %s',
    (origin) => {
      expect(ask('POST', { host, origin })).toContain(origin)
      expect(ask('GET', { host, origin })).toBeUndefined()
    },
  )
})

it('loopback names and addresses are told from others', () => {
  expect(['::1', 'LOCALHOST', '127.0.0.2'].every(isLoopback)).toBe(true)
  expect(['0.0.0.0', '::', 'example', '127.example'].some(isLoopback)).toBe(false)
})

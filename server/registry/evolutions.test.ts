// Each evolution under every level, at a registry.

import { describe, expect, it } from 'vitest'
import { EVOLUTIONS, LEVELS } from './evolutions.ts'
import { memoryRegistry } from './memory-registry.ts'

describe.each(EVOLUTIONS)('%s: %s', (schemaType, _name, old, changed, backward, forward) => {
  it.each(LEVELS)('%s', async (level, lets) => {
    const { ask } = memoryRegistry()
    await ask('PUT', '/config/s', { compatibility: level })
    const first = await ask('POST', '/subjects/s/versions', { schema: old, schemaType })
    expect(first).toMatchObject({ status: 200, body: { id: 1, version: 1 } })
    const isLet = lets(backward, forward)
    const body = { schema: changed, schemaType }
    const path = '/compatibility/subjects/s/versions'
    const checked = await ask('POST', `${path}/latest?verbose=true`, body)
    expect(checked).toMatchObject({ status: 200, body: { is_compatible: isLet } })
    expect((checked.body.messages as string[]).length > 0).toBe(!isLet)
    const registered = await ask('POST', '/subjects/s/versions', body)
    expect(registered).toMatchObject(
      isLet ? { status: 200, body: { id: 2 } } : { status: 409, body: { error_code: 409 } },
    )
    const versions = await ask('GET', '/subjects/s/versions')
    expect(versions.body).toEqual(isLet ? [1, 2] : [1])
    // What was refused left nothing behind.
    expect((await ask('GET', '/schemas/ids/2')).status).toBe(isLet ? 200 : 404)
  })
})

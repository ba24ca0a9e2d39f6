// The process is killed while schemas are registered: what was acknowledged is there after the
// restart, with the id and the version that were answered, and no number is given twice.

import { describe, expect, it } from 'vitest'
import { startRiverglass } from './clusters.ts'

interface Acknowledged {
  subject: string
  name: string
  id: number
  version: number
}

describe('the schema registry', () => {
  it('keeps what it acknowledged when it is killed in the middle', {
    timeout: 180_000,
  }, async () => {
    const cluster = await startRiverglass()
    const acknowledged: Acknowledged[] = []
    let isOver = false
    const write = async (writer: number) => {
      for (let n = 0; !isOver; n++) {
        const subject = n % 2 === 0 ? 'shared' : `own-${writer}`
        const name = `S${writer}_${n}`
        const response = await fetch(`${cluster.registry}/subjects/${subject}/versions`, {
          method: 'POST',
          body: JSON.stringify({ schema: JSON.stringify({ type: 'record', name, fields: [] }) }),
        }).catch(() => undefined)
        if (response?.ok === true) {
          const { id, version } = (await response.json()) as Acknowledged
          acknowledged.push({ subject, name, id, version })
        } else await new Promise((resolve) => setTimeout(resolve, 50))
      }
    }
    try {
      await fetch(`${cluster.registry}/config`, {
        method: 'PUT',
        body: JSON.stringify({ compatibility: 'NONE' }),
      })
      const writers = [0, 1, 2].map(write)
      for (let kill = 1; kill <= 3; kill++) {
        const before = acknowledged.length
        while (acknowledged.length < before + 30) {
          await new Promise((resolve) => setTimeout(resolve, 10))
        }
        await cluster.crash()
      }
      isOver = true
      await Promise.all(writers)
      expect(acknowledged.length).toBeGreaterThan(90)
      const ids = new Map<number, string>()
      const places = new Set<string>()
      for (const { subject, name, id, version } of acknowledged) {
        expect(ids.get(id) ?? name).toBe(name)
        ids.set(id, name)
        places.add(`${subject} ${version}`)
        const response = await fetch(`${cluster.registry}/subjects/${subject}/versions/${version}`)
        const told = (await response.json()) as { id: number; schema: string }
        expect(told).toMatchObject({ id })
        expect(JSON.parse(told.schema)).toMatchObject({ name })
      }
      expect(places.size).toBe(acknowledged.length)
    } finally {
      isOver = true
      await cluster.stop()
    }
  })
})

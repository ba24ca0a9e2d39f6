// Records that are not like most: null and empty keys and values, repeated headers, large ones,
// chosen timestamps. Written by kafkajs, read by kcat, looked up by time.

import { beforeAll, describe, expect, it } from 'vitest'
import { connect } from './clients/kafkajs.ts'
import { kcat } from './clients/kcat.ts'
import { type Cluster, clusterKinds } from './clusters.ts'
import { createTopic } from './groups.ts'
import { runOk } from './process.ts'

const absence = await kcat.absence()
if (absence !== undefined) console.log(`record-shapes.test.ts is skipped: ${absence}`)

interface KcatRecord {
  offset: number
  ts: number
  key: string | null
  payload: string | null
  headers?: string[]
}

for (const kind of await clusterKinds()) {
  describe.skipIf(absence !== undefined)(`${kind.name} keeps`, () => {
    let cluster: Cluster
    beforeAll(async () => {
      cluster = await kind.start()
      return () => cluster.stop()
    })

    const send = async (
      topic: string,
      messages: Parameters<
        ReturnType<ReturnType<typeof connect>['producer']>['send']
      >[0]['messages'],
    ): Promise<void> => {
      await createTopic(cluster.bootstrap, topic, 1)
      const producer = connect(cluster.bootstrap).producer()
      await producer.connect()
      await producer.send({ topic, messages })
      await producer.disconnect()
    }

    const read = async (topic: string): Promise<KcatRecord[]> => {
      const output = await runOk('kcat', [
        ...['-C', '-b', cluster.bootstrap, '-t', topic, '-o', 'beginning', '-e', '-q', '-J'],
      ])
      return output
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as KcatRecord)
    }

    it('null, empty and plain keys and values apart', async () => {
      await send('nulls', [
        { key: null, value: null },
        { key: '', value: '' },
        { key: 'deleted', value: null },
        { key: null, value: 'alone' },
      ])
      expect((await read('nulls')).map(({ key, payload }) => [key, payload])).toEqual([
        [null, null],
        ['', ''],
        ['deleted', null],
        [null, 'alone'],
      ])
    })

    it('headers that come twice, and empty ones', async () => {
      await send('headers', [{ value: 'v', headers: { twice: ['a', 'b'], empty: '' } }])
      const [record] = await read('headers')
      expect(record?.headers).toEqual(['twice', 'a', 'twice', 'b', 'empty', ''])
    })

    it('a record close to the limit', async () => {
      const value = 'x'.repeat(1_000_000)
      await send('large', [{ value }])
      expect((await read('large'))[0]?.payload).toBe(value)
    })

    it('timestamps as given, and finds offsets by them', async () => {
      const start = Date.now() - 3_600_000
      const messages = [0, 1, 2, 3].map((i) => ({
        value: String(i),
        timestamp: String(start + i * 1000),
      }))
      await send('times', messages)
      expect((await read('times')).map(({ ts }) => ts - start)).toEqual([0, 1000, 2000, 3000])
      const lookUp = async (time: number): Promise<string> => {
        const query = ['-Q', '-b', cluster.bootstrap, '-t', `times:0:${time}`]
        return (await runOk('kcat', query)).trim()
      }
      expect(await lookUp(start)).toBe('times [0] offset 0')
      expect(await lookUp(start + 1500)).toBe('times [0] offset 2')
      expect(await lookUp(start + 3000)).toBe('times [0] offset 3')
      expect(await lookUp(start + 9000)).toBe('times [0] offset -1')
      expect(await lookUp(-2)).toBe('times [0] offset 0')
      expect(await lookUp(-1)).toBe('times [0] offset 4')
    })
  })
}

import { describe, expect, it } from 'vitest'
import { decodeMetadataRecord, encodeMetadataRecord } from './records.ts'

describe('metadata records', () => {
  it('begin with frame version, type and version, as Kafka frames them', () => {
    const bytes = encodeMetadataRecord({
      type: 'FeatureLevel',
      data: { name: 'metadata.version', featureLevel: 30 },
    })
    // Frame 1, type 12, version 0, a compact string of 16, level 30, no tagged fields.
    const expected = [1, 12, 0, 17, ...Buffer.from('metadata.version'), 0, 30, 0]
    expect([...bytes]).toEqual(expected)
  })

  it('come back as they were written, with defaults for what was left out', () => {
    const record = decodeMetadataRecord(
      encodeMetadataRecord({
        type: 'PartitionChange',
        data: { topicId: 'AAAAAAAAAAAAAAAAAAAAAw', partitionId: 3, isr: [1, 2] },
      }),
    )
    expect(record).toMatchObject({
      type: 'PartitionChange',
      data: { partitionId: 3, isr: [1, 2], leader: -2, replicas: null },
    })
  })

  it('of a type that is not replayed are refused by name', () => {
    expect(() => decodeMetadataRecord(Buffer.from([1, 18, 0]))).toThrow(/AccessControlEntry/)
    expect(() => decodeMetadataRecord(Buffer.from([1, 99, 0]))).toThrow(/99/)
  })

  it('of an unknown frame or version, or with bytes left over, are refused', () => {
    expect(() => decodeMetadataRecord(Buffer.from([2, 20, 0, 0]))).toThrow(/frame version 2/)
    expect(() => decodeMetadataRecord(Buffer.from([1, 20, 7, 0]))).toThrow(/NoOp.*version 7/)
    expect(() => decodeMetadataRecord(Buffer.from([1, 20, 0, 0, 0]))).toThrow(/1 bytes after/)
  })
})

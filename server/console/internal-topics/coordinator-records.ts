// Decoders for the topics of Kafka's coordinators. A key begins with the number of its type, a
// value with the version of its definition; what a value is, its key says. Kafka calls both
// numbers versions (CoordinatorRecordSerde).

import type { Decoder, Verdict } from '../../../lib/decode/index.ts'
import { decode } from '../../protocol/codec.ts'
import { includesVersion, type Message } from '../../protocol/definition.ts'
import { DecodeError } from '../../protocol/reader.ts'
import type { RecordType, RecordTypes } from './record-types.ts'
import { shownFields } from './shown-fields.ts'

/** `name`: of both decoders. */
export function coordinatorRecords(
  name: string,
  types: RecordTypes,
): { key: Decoder; value: Decoder } {
  return {
    key: {
      name,
      decode: ({ bytes }) => {
        const type = typeOf(bytes, types)
        if ('reason' in type) return type
        const read = readFields(type.name, type.key, 0, bytes)
        return 'reason' in read ? read : { data: { type: type.name, ...(read.data as object) } }
      },
    },
    value: {
      name,
      decode: ({ bytes }, _textMax, { recordKey = null }) => {
        if (recordKey === null) return { reason: 'its record has no key, which says what it is' }
        const type = typeOf(recordKey, types)
        if ('reason' in type) return { reason: `of its key, ${type.reason}` }
        const version = bytes.length < 2 ? -1 : numberAt(bytes)
        const { first, last } = type.value.versions
        if (!includesVersion(type.value.versions, version)) {
          const known = first === last ? `${first} is` : `${first} to ${last} are`
          return {
            reason:
              bytes.length < 2
                ? 'it is shorter than the 2 bytes of a version'
                : `it would be version ${version} of ${type.name}, of which ${known} known`,
          }
        }
        return readFields(type.name, type.value, version, bytes)
      },
    },
  }
}

function typeOf(bytes: Uint8Array, types: RecordTypes): RecordType | { reason: string } {
  if (bytes.length < 2) return { reason: 'it is shorter than the 2 bytes of a type' }
  const type = types.get(numberAt(bytes))
  return type ?? { reason: `it would be of type ${numberAt(bytes)}, which is not known` }
}

function numberAt(bytes: Uint8Array): number {
  return (((bytes[0] as number) << 24) >> 16) | (bytes[1] as number)
}

function readFields(
  name: string,
  message: Message,
  version: number,
  bytes: Uint8Array,
): Verdict & ({ data: unknown } | { reason: string }) {
  const rest = Buffer.from(bytes.buffer, bytes.byteOffset + 2, bytes.length - 2)
  try {
    return { data: shownFields(name, decode(message, version, rest) as object) }
  } catch (error) {
    if (error instanceof DecodeError) {
      return { reason: `it cannot be read as ${name}: ${error.message}` }
    }
    throw error
  }
}

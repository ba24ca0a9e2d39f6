// The schema registry of a cluster: its subjects, one subject with all its versions, and changes.
//
// Where a cluster has no registry, or its registry does not answer, the list says so; everything
// else is refused with the reason.

import { z } from 'zod'
import { COMPATIBILITY_LEVELS } from '../schemas/compatibility.ts'
import { topicName } from './common.ts'

export const subjectName = z.string().min(1).max(1_000)
export const schemaKind = z.enum(['AVRO', 'PROTOBUF', 'JSON'])
export const compatibilityLevel = z.enum(COMPATIBILITY_LEVELS)

const schemaReference = z.object({
  /** As the schema's text names it. */
  name: z.string().min(1).max(1_000),
  subject: subjectName,
  version: z.number().int().min(1),
})
const versionPlace = z.object({ subject: z.string(), version: z.number().int() })

export const registryState = z
  .object({
    state: z.enum(['none', 'ok', 'unreachable']),
    /** Without what would let somebody in. */
    url: z.string().nullable(),
    /** Why it cannot be used. */
    reason: z.string().nullable(),
  })
  .meta({ id: 'RegistryState' })
export type RegistryState = z.infer<typeof registryState>

/** A topic whose keys or values go by the subject, by the name that most serializers give it. */
const subjectTopic = z.object({ topic: topicName, part: z.enum(['key', 'value']) })

const levelInForce = z.object({
  /** Null when it could not be read. */
  level: z.string().nullable(),
  /** Set for this subject, rather than the registry's own. */
  isOwn: z.boolean(),
})

export const subjectRow = z
  .object({
    name: z.string(),
    /** All its versions are deleted, but not for good: ids can still be read. */
    deleted: z.boolean(),
    topics: z.array(subjectTopic),
  })
  .meta({ id: 'SubjectRow' })
export type SubjectRow = z.infer<typeof subjectRow>

export const subjectListQuery = z.object({
  /** Also those that are deleted, but not for good. */
  deleted: z.enum(['true', 'false']).default('false'),
})

/** What costs questions for each subject; asked for the rows on screen only. */
export const subjectStats = z
  .object({
    name: z.string(),
    /** Of the latest version. Null where the registry did not say it in time. */
    type: schemaKind.nullable(),
    id: z.number().int().nullable(),
    version: z.number().int().nullable(),
    versions: z.number().int().nullable(),
    compatibility: levelInForce,
  })
  .meta({ id: 'SubjectStats' })
export type SubjectStats = z.infer<typeof subjectStats>

export const subjectStatsList = z.object({ stats: z.array(subjectStats) })
export const subjectStatsQuery = z.object({
  /** Names separated by commas, each percent-encoded by itself, since a name may hold a comma. */
  subjects: z
    .string()
    .transform((text, context) => {
      try {
        return text.split(',').map(decodeURIComponent)
      } catch {
        context.addIssue({
          code: 'custom',
          message: 'A name is not percent-encoded as it should be',
        })
        return z.NEVER
      }
    })
    .pipe(z.array(subjectName).min(1).max(100)),
})

export const subjectList = z
  .object({
    registry: registryState,
    /** The registry's own level, for subjects without one. */
    level: z.string().nullable(),
    subjects: z.array(subjectRow),
    /** Subjects beyond those that are listed. */
    more: z.number().int(),
  })
  .meta({ id: 'SubjectList' })
export type SubjectList = z.infer<typeof subjectList>

export const schemaVersionDetail = z
  .object({
    version: z.number().int(),
    id: z.number().int(),
    /** Not for good: its id can still be read. */
    deleted: z.boolean(),
    type: schemaKind,
    text: z.string(),
    references: z.array(z.object({ name: z.string(), ...versionPlace.shape })),
    /** Null when the registry does not say. */
    referencedBy: z.array(versionPlace).nullable(),
  })
  .meta({ id: 'SchemaVersion' })
export type SchemaVersionDetail = z.infer<typeof schemaVersionDetail>

export const subjectDetail = z
  .object({
    name: z.string(),
    compatibility: levelInForce,
    topics: z.array(subjectTopic),
    /** The newest first. */
    versions: z.array(schemaVersionDetail),
    /** Earlier versions that are not told. */
    earlier: z.number().int(),
  })
  .meta({ id: 'SubjectDetail' })
export type SubjectDetail = z.infer<typeof subjectDetail>

export const schemaFields = z
  .object({
    type: schemaKind,
    version: z.number().int(),
    id: z.number().int(),
    /** Full name of the record or message, or the title. */
    name: z.string().nullable(),
    /** Of a Protobuf file: the messages that it declares, by their full names. */
    messages: z.array(z.string()),
    doc: z.string().nullable(),
    fields: z.array(
      z.object({
        path: z.string(),
        name: z.string(),
        depth: z.number().int(),
        type: z.string(),
        optional: z.boolean(),
        default: z.string().nullable(),
        doc: z.string().nullable(),
        recursive: z.boolean(),
      }),
    ),
    /** Why the fields cannot be told. */
    problem: z.string().nullable(),
  })
  .meta({ id: 'SchemaFields' })
export type SchemaFields = z.infer<typeof schemaFields>

export const skeletonQuery = z.object({
  /** The latest when absent. */
  version: z.coerce.number().int().min(1).optional(),
  /** Of a Protobuf file, which one by its full name; the first when absent. */
  message: z.string().max(1_000).optional(),
})

/** What to begin a payload with. */
export const payloadSkeleton = schemaFields
  .omit({ problem: true })
  .extend({
    /** JSON, a value of the schema. */
    text: z.string(),
    /** Of a Protobuf file, all of its messages by their full names. */
    messages: z.array(z.string()),
    /** Of Protobuf, which one it is. */
    message: z.string().nullable(),
  })
  .meta({ id: 'PayloadSkeleton' })
export type PayloadSkeleton = z.infer<typeof payloadSkeleton>

export const payloadCheckBody = z.object({
  text: z.string().max(8 * 1024 * 1024),
  version: z.number().int().min(1).optional(),
  message: z.string().max(1_000).optional(),
})

export const payloadCheck = z
  .object({
    /** As it would be sent, with what names the schema; null when it is not what the schema says. */
    bytes: z.number().int().nullable(),
    problem: z
      .object({
        message: z.string(),
        /** As a query writes it; null where the text as a whole is meant, or is no JSON. */
        path: z.string().nullable(),
        /** Both from 1. */
        line: z.number().int(),
        column: z.number().int(),
      })
      .nullable(),
  })
  .meta({ id: 'PayloadCheck' })
export type PayloadCheck = z.infer<typeof payloadCheck>

export const schemaBody = z
  .object({
    type: schemaKind,
    text: z.string().min(1).max(1_000_000),
    references: z.array(schemaReference).max(500).default([]),
  })
  .meta({ id: 'SchemaBody' })
export type SchemaBody = z.input<typeof schemaBody>

export const schemaCheck = z
  .object({
    result: z.enum(['compatible', 'incompatible', 'invalid']),
    /** What is wrong, and where. */
    messages: z.array(z.string()),
  })
  .meta({ id: 'SchemaCheck' })
export type SchemaCheck = z.infer<typeof schemaCheck>

export const registeredSchema = z
  .object({ id: z.number().int(), version: z.number().int().nullable() })
  .meta({ id: 'RegisteredSchema' })

/** Null: the registry's own level is in force again. */
export const levelBody = z.object({ level: compatibilityLevel.nullable() })

export const versionQuery = z.object({
  /** All when absent. */
  version: z.coerce.number().int().min(1).optional(),
})

export const schemaFieldsQuery = versionQuery.extend({
  /** Of a Protobuf file, which message; the first when absent. */
  message: z.string().min(1).max(1_000).optional(),
})

/** By which subject a part of a topic's records goes, and how that is known. */
const topicSubject = z
  .object({
    subject: z.string(),
    /** Null: the latest. */
    version: z.number().int().nullable(),
    /** Of a Protobuf file; null for the first. */
    message: z.string().nullable(),
    /** chosen: by a person, for decoding; named: after the topic; id: registered with that id. */
    by: z.enum(['chosen', 'named', 'id']),
  })
  .nullable()

export const topicSchemas = z
  .object({ registry: registryState, key: topicSubject, value: topicSubject })
  .meta({ id: 'TopicSchemas' })
export type TopicSchemas = z.infer<typeof topicSchemas>

const schemaId = z.coerce.number().int().min(0).optional()
/** Ids that records name, for parts without a subject that is chosen or named after the topic. */
export const topicSchemasQuery = z.object({ keyId: schemaId, valueId: schemaId })

export const deleteSubjectQuery = versionQuery.extend({
  /** For good, so that its id reads nothing any more; otherwise ids go on to be read. */
  permanent: z.enum(['true', 'false']).default('false'),
})

export const deleteSubjectPreview = z
  .object({
    versions: z.array(z.number().int()),
    /** Schemas that refer to what would be deleted; the registry refuses while there are any. */
    referencedBy: z.array(versionPlace),
    topics: z.array(subjectTopic),
    /** Those of the versions that are deleted already, but not for good. */
    deleted: z.array(z.number().int()),
    /** The same for a command line, without what would let one in. */
    command: z.string(),
    /** The same for good. */
    permanentCommand: z.string(),
  })
  .meta({ id: 'DeleteSubjectPreview' })
export type DeleteSubjectPreview = z.infer<typeof deleteSubjectPreview>

export const deletedVersions = z.object({ versions: z.array(z.number().int()) })
export { levelInForce }

// Shapes that several resources share, and the one form of an error.
//
// 64-bit integers travel as decimal strings: JSON numbers lose them above 2^53.

import { z } from 'zod'

export const int64 = z
  .string()
  .regex(/^-?\d{1,19}$/)
  .meta({ description: 'A 64-bit integer in decimal' })

export const clusterId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/)
  .meta({ description: 'Name of a cluster in this console, as it stands in the URL' })

/** Kafka's own rule for names of topics; groups may be named anything. */
export const topicName = z
  .string()
  .min(1)
  .max(249)
  .regex(/^[a-zA-Z0-9._-]+$/, 'Only letters, digits, ".", "_" and "-" may stand in a topic name')
  .refine((name) => name !== '.' && name !== '..', 'A topic cannot be named "." or ".."')

export const groupName = z.string().max(32_767)

export const problem = z
  .object({
    /** Stable and for programs: 'unknown_topic', 'invalid_parameter', 'cluster_unreachable', … */
    code: z.string(),
    /** For people: what happened, to what, and what to do. */
    message: z.string(),
    /** The parameter or field that is wrong, when there is one. */
    field: z.string().optional(),
    /** Of a query's text in that field: the first wrong character, and how many there are. */
    at: z.number().int().optional(),
    length: z.number().int().optional(),
    /** Kafka's own error name, when a broker refused. */
    kafka: z.string().optional(),
  })
  .meta({ id: 'Problem' })
export type Problem = z.infer<typeof problem>

/** Present when the cluster does not answer now and this is what was known `ageMs` ago. */
export const stale = z.object({ ageMs: z.number().int(), problem }).meta({ id: 'Stale' })
export type Stale = z.infer<typeof stale>

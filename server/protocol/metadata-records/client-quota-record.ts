// ClientQuotaRecord (record type 14), versions 0.
import { boolean, type DataOf, data, float64, listOf, string, struct } from '../definition.ts'

export const clientQuotaRecord = data(
  14,
  '0',
  { flexible: '0+' },
  {
    entity: listOf(
      struct({
        entityType: string(),
        entityName: string({ nullable: '0+' }),
      }),
    ),
    key: string(),
    value: float64(),
    remove: boolean(),
  },
)
export type ClientQuotaRecord = DataOf<typeof clientQuotaRecord>

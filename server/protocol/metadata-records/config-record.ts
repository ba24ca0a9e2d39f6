// ConfigRecord (record type 4), versions 0.
import { type DataOf, data, int8, string } from '../definition.ts'

export const configRecord = data(
  4,
  '0',
  { flexible: '0+' },
  {
    resourceType: int8(),
    resourceName: string(),
    name: string(),
    value: string({ nullable: '0+' }),
  },
)
export type ConfigRecord = DataOf<typeof configRecord>

// NoOpRecord (record type 20), versions 0.
import { type DataOf, data } from '../definition.ts'

export const noOpRecord = data(20, '0', { flexible: '0+' }, {})
export type NoOpRecord = DataOf<typeof noOpRecord>

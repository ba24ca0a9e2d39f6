// What keeps one schema from reading what another one wrote.

export interface Incompatibility {
  /** Confluent's name for the kind of change. */
  type: string
  /** Where, in the schema that reads: /fields/2/type, #/properties/a, #/Message/3. */
  path: string
  message: string
}

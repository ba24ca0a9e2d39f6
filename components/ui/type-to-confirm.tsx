// The field that asks for a name before it is deleted for good.

import { Field, Input } from './field.tsx'

export function TypeToConfirm({
  name,
  typed,
  onType,
}: {
  name: string
  typed: string
  onType: (typed: string) => void
}) {
  return (
    <Field label={`Type ${name} to confirm`}>
      {(control) => (
        <Input
          {...control}
          autoComplete="off"
          spellCheck={false}
          value={typed}
          onChange={(event) => onType(event.target.value)}
          className="data"
        />
      )}
    </Field>
  )
}

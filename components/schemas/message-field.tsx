// Which message of a Protobuf file is looked at, where the file declares several.

import { Field, Select } from '../ui/field.tsx'

interface MessageFieldProps {
  label: string
  /** Full names. */
  messages: readonly string[]
  /** The one that is shown; null when none is. */
  name: string | null
  onMessage: (message: string) => void
}

export function MessageField({ label, messages, name, onMessage }: MessageFieldProps) {
  if (messages.length < 2) return null
  return (
    <div className="w-80 max-w-full pb-2">
      <Field label={label}>
        {(control) => (
          <Select
            {...control}
            value={name ?? ''}
            onChange={(event) => onMessage(event.target.value)}
          >
            {name === null && <option value="">Choose one</option>}
            {messages.map((each) => (
              <option key={each} value={each}>
                {each}
              </option>
            ))}
          </Select>
        )}
      </Field>
    </div>
  )
}

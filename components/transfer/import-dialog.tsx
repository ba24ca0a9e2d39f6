'use client'
// Sending the records of a file: choose it and how it is read, try it without sending, then send
// it, with progress and the lines that were refused. Closing the dialog cancels.

import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { keys } from '../../lib/api/keys.ts'
import { formatBytes, formatCount, plural } from '../../lib/format/count.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogActions, DialogBody } from '../ui/dialog.tsx'
import { Field, Input, Select } from '../ui/field.tsx'
import { ProblemLine } from '../ui/states.tsx'
import {
  describeImport,
  type ImportChoice,
  type ImportRun,
  importSearch,
  isCsv,
} from './import-run.ts'
import { codecs } from './produce-form.ts'
import { useImport } from './use-import.ts'

interface ImportDialogProps {
  cluster: string
  topic: string
  onClose: () => void
}

const firstChoice: ImportChoice = {
  format: 'ndjson',
  lines: 'values',
  keyColumn: '',
  valueColumn: '',
  fromLine: 1,
  keepPartitions: false,
  codec: 'none',
}

export function ImportDialog({ cluster, topic, onClose }: ImportDialogProps) {
  const client = useQueryClient()
  const [file, setFile] = useState<File | null>(null)
  const [choice, setChoice] = useState(firstChoice)
  const [run, setRun] = useState({ dry: true, began: false })
  const { state, start, cancel } = useImport(cluster, topic)
  const running = state.phase === 'running'
  // A trial that was cancelled or broke off says nothing about the file.
  const tried = run.began && run.dry && state.end !== null
  const done = run.began && !run.dry && state.phase === 'ended'

  const finished = useRef(false)
  useEffect(() => {
    if (!done || finished.current) return
    finished.current = true
    void client.invalidateQueries({ queryKey: keys.messagesOf(cluster, topic) })
  }, [done, client, cluster, topic])

  function begin(dry: boolean, from = choice.fromLine) {
    if (file === null) return
    finished.current = false
    setRun({ dry, began: true })
    start(file, importSearch({ ...choice, fromLine: from }, dry))
  }
  function submit(event: FormEvent) {
    event.preventDefault()
    begin(!tried)
  }
  function change(next: Partial<ImportChoice>) {
    setChoice({ ...choice, ...next })
    setRun({ dry: true, began: false })
  }
  const nextLine = state.end?.nextLine ?? null
  // Going on would come to the same place: the file has to be mended first.
  const fileIsWrong = state.problem?.code === 'unreadable_file'
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (open) return
        cancel()
        onClose()
      }}
      title={`Import into ${topic}`}
    >
      <form onSubmit={submit} className="flex min-h-0 flex-col">
        <DialogBody>
          <Field
            label="File"
            hint={file === null ? 'NDJSON or CSV, of any size' : formatBytes(file.size)}
          >
            {(control) => (
              <input
                {...control}
                type="file"
                accept=".ndjson,.jsonl,.json,.csv,.txt"
                disabled={running}
                onChange={(event) => {
                  const chosen = event.target.files?.[0] ?? null
                  setFile(chosen)
                  change({ format: chosen !== null && isCsv(chosen.name) ? 'csv' : 'ndjson' })
                }}
                className="text-sm file:mr-3 file:h-8 file:rounded-md file:border file:border-line-strong file:bg-surface file:px-2.5 file:text-text"
              />
            )}
          </Field>
          <fieldset disabled={running} className="grid grid-cols-2 gap-4 max-sm:grid-cols-1">
            <legend className="sr-only">How the file is read</legend>
            <Options choice={choice} onChange={change} />
          </fieldset>
          {run.began && <Progress run={state} dry={run.dry} size={file?.size ?? 0} />}
        </DialogBody>
        <DialogActions>
          {running ? (
            <Button onClick={cancel}>Cancel the import</Button>
          ) : (
            <>
              {nextLine !== null && !run.dry && !fileIsWrong && (
                <Button onClick={() => begin(false, nextLine)}>
                  Go on from line {formatCount(nextLine)}
                </Button>
              )}
              {tried && <Button onClick={() => begin(true)}>Try again without sending</Button>}
              {done ? (
                <Button look="accent" onClick={onClose}>
                  Done
                </Button>
              ) : (
                <Button
                  type="submit"
                  look="accent"
                  disabled={file === null || (tried && state.end?.accepted === 0)}
                >
                  {tried
                    ? `Send ${plural(state.end?.accepted ?? 0, 'record')}`
                    : 'Try without sending'}
                </Button>
              )}
            </>
          )}
        </DialogActions>
      </form>
    </Dialog>
  )
}

interface OptionsProps {
  choice: ImportChoice
  onChange: (next: Partial<ImportChoice>) => void
}

function Options({ choice, onChange }: OptionsProps) {
  return (
    <>
      <Field label="Format">
        {(control) => (
          <Select
            {...control}
            value={choice.format}
            onChange={(event) =>
              onChange({ format: event.target.value === 'csv' ? 'csv' : 'ndjson' })
            }
          >
            <option value="ndjson">NDJSON, a document a line</option>
            <option value="csv">CSV, with a row of names</option>
          </Select>
        )}
      </Field>
      {choice.format === 'ndjson' ? (
        <Field label="Each line is">
          {(control) => (
            <Select
              {...control}
              value={choice.lines}
              onChange={(event) =>
                onChange({ lines: event.target.value === 'records' ? 'records' : 'values' })
              }
            >
              <option value="values">a value alone</option>
              <option value="records">a record, as the export writes it</option>
            </Select>
          )}
        </Field>
      ) : (
        <>
          <Field label="Column of the key" hint="Empty: no key">
            {(control) => (
              <Input
                {...control}
                value={choice.keyColumn}
                onChange={(event) => onChange({ keyColumn: event.target.value })}
              />
            )}
          </Field>
          <Field label="Column of the value" hint="Empty: the whole row as JSON">
            {(control) => (
              <Input
                {...control}
                value={choice.valueColumn}
                onChange={(event) => onChange({ valueColumn: event.target.value })}
              />
            )}
          </Field>
        </>
      )}
      <Field label="Compression">
        {(control) => (
          <Select
            {...control}
            value={choice.codec}
            onChange={(event) =>
              onChange({ codec: codecs.find((each) => each === event.target.value) ?? 'none' })
            }
          >
            {codecs.map((codec) => (
              <option key={codec} value={codec}>
                {codec}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {choice.format === 'ndjson' && choice.lines === 'records' && (
        <label className="flex items-center gap-2">
          <input
            type="checkbox"
            checked={choice.keepPartitions}
            onChange={(event) => onChange({ keepPartitions: event.target.checked })}
          />
          Keep the partitions of the records
        </label>
      )}
    </>
  )
}

/** The first of the refused lines that are drawn; all are counted. */
const listedMax = 200

function Progress({ run, dry, size }: { run: ImportRun; dry: boolean; size: number }) {
  const counts = run.end ?? run.progress
  return (
    <div className="flex flex-col gap-2">
      {run.phase === 'running' && (
        <progress
          aria-label="Part of the file that was read"
          max={Math.max(1, size)}
          value={Math.min(size, Math.max(run.uploaded, run.progress?.bytes ?? 0))}
          className="h-2 w-full accent-accent"
        />
      )}
      <p role="status" className="figures">
        {describeImport(run, dry, size)}
      </p>
      {run.problem !== null && <ProblemLine problem={run.problem} />}
      {run.refused.length > 0 && (
        <section
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
          tabIndex={0}
          aria-label="What was refused"
          className="max-h-56 overflow-y-auto rounded-md border"
        >
          <table aria-label="Lines refused" className="w-full table-fixed text-sm">
            <thead className="text-left text-soft text-xs">
              <tr>
                <th scope="col" className="w-16 px-2 py-1 font-medium">
                  Line
                </th>
                <th scope="col" className="px-2 py-1 font-medium">
                  Why it was refused
                </th>
              </tr>
            </thead>
            <tbody>
              {run.refused.slice(0, listedMax).map((line) => (
                <tr key={line.line} className="border-t align-top">
                  <th scope="row" className="figures px-2 py-1 text-left font-normal">
                    {formatCount(line.line)}
                  </th>
                  <td className="px-2 py-1">
                    {line.reason}
                    <span className="data block truncate text-faint">{line.text}</span>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {counts !== null && counts.refused > Math.min(listedMax, run.refused.length) && (
        <p className="text-faint text-xs">
          {formatCount(Math.min(listedMax, run.refused.length))} of {formatCount(counts.refused)}{' '}
          refused lines are listed.
        </p>
      )}
    </div>
  )
}

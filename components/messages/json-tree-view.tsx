'use client'
// A JSON document as a tree that opens and closes. Numbers stand as they were written; what is
// long is drawn a piece at a time, so that a large document does not freeze the tab. Where the
// caller takes them, a value offers what can be done with it: look for it, or show its field.

import ChevronRight from 'lucide-react/icons/chevron-right'
import { createContext, type ReactNode, useContext, useState } from 'react'
import { formatCount, plural } from '../../lib/format/count.ts'
import type { JsonNode } from '../../lib/format/json-tree.ts'
import { formatPath, type Step } from '../../lib/query/condition.ts'
import { anyElement, type ScalarValue, scalarText } from '../search/add-condition.ts'
import { classNames } from '../ui/class-names.ts'
import { FieldMenu } from './field-menu.tsx'

const childrenStep = 100
/** Levels that are open at first. */
const openDepth = 3
const stringMax = 2000

export interface FieldActions {
  filter: (steps: readonly Step[], value: ScalarValue, negated: boolean) => void
  column: (steps: readonly Step[]) => void
}

const ActionsContext = createContext<FieldActions | null>(null)

interface BranchProps {
  name: string | number | null
  steps: readonly Step[]
  node: JsonNode
  depth: number
  last: boolean
}

interface JsonTreeViewProps {
  root: JsonNode
  actions?: FieldActions | undefined
}

export function JsonTreeView({ root, actions }: JsonTreeViewProps) {
  return (
    <ActionsContext value={actions ?? null}>
      <div className="data leading-[22px]">
        <Branch name={null} steps={[]} node={root} depth={0} last />
      </div>
    </ActionsContext>
  )
}

function Branch({ name, steps, node, depth, last }: BranchProps) {
  const comma = last ? '' : ','
  if (node.kind !== 'object' && node.kind !== 'array') {
    return (
      <div className="pl-4 [overflow-wrap:anywhere]">
        <Name name={name} />
        <Scalar node={node} steps={steps} />
        {comma}
      </div>
    )
  }
  return <Container name={name} steps={steps} node={node} depth={depth} comma={comma} />
}

interface ContainerProps {
  name: string | number | null
  steps: readonly Step[]
  node: Extract<JsonNode, { kind: 'object' | 'array' }>
  depth: number
  comma: string
}

function Container({ name, steps, node, depth, comma }: ContainerProps) {
  const children: readonly { name: string | number; node: JsonNode }[] =
    node.kind === 'object'
      ? node.members
      : node.items.map((item, index) => ({ name: index, node: item }))
  const [open, setOpen] = useState(depth < openDepth && children.length <= childrenStep)
  const [shown, setShown] = useState(childrenStep)
  const [left, right] = node.kind === 'object' ? '{}' : '[]'
  if (children.length === 0) {
    return (
      <div className="pl-4">
        <Name name={name} />
        {left}
        {right}
        {comma}
      </div>
    )
  }
  const what =
    node.kind === 'object' ? plural(children.length, 'field') : plural(children.length, 'item')
  return (
    <div>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="flex w-full items-start rounded-sm text-left hover:bg-hover"
      >
        <ChevronRight
          aria-hidden
          className={classNames('mt-[5px] size-3 w-4 shrink-0 text-faint', open && 'rotate-90')}
        />
        <span className="min-w-0 [overflow-wrap:anywhere]">
          <Name name={name} />
          {left}
          {!open && (
            <>
              <span className="text-faint"> {what} </span>
              {right}
              {comma}
            </>
          )}
        </span>
      </button>
      {open && (
        <>
          <div className="ml-2 border-l pl-2">
            {children.slice(0, shown).map((child, index) => (
              <Branch
                // biome-ignore lint/suspicious/noArrayIndexKey: names may occur twice; the place cannot.
                key={index}
                name={child.name}
                steps={[...steps, stepTo(child.name)]}
                node={child.node}
                depth={depth + 1}
                last={index === children.length - 1}
              />
            ))}
            {children.length > shown && (
              <button
                type="button"
                onClick={() => setShown(shown + childrenStep * 5)}
                className="pl-4 text-accent hover:underline"
              >
                {formatCount(children.length - shown)} more
              </button>
            )}
          </div>
          <div className="pl-4">
            {right}
            {comma}
          </div>
        </>
      )}
    </div>
  )
}

function stepTo(name: string | number): Step {
  return typeof name === 'number' ? { kind: 'index', index: name } : { kind: 'name', name }
}

function Name({ name }: { name: string | number | null }) {
  if (name === null) return null
  if (typeof name === 'number') return <span className="text-faint">{name}: </span>
  return (
    <>
      <span className="text-json-name">{JSON.stringify(name)}</span>
      {': '}
    </>
  )
}

type ScalarNode = Exclude<JsonNode, { kind: 'object' | 'array' }>

function Scalar({ node, steps }: { node: ScalarNode; steps: readonly Step[] }) {
  const [whole, setWhole] = useState(false)
  switch (node.kind) {
    case 'string': {
      const text = JSON.stringify(node.value)
      const cut = !whole && text.length > stringMax
      return (
        <span className="text-json-string">
          <Pickable node={node} steps={steps}>
            {cut ? text.slice(0, stringMax) : text}
          </Pickable>
          {cut && (
            <button
              type="button"
              onClick={() => setWhole(true)}
              className="text-accent hover:underline"
            >
              … {formatCount(text.length - stringMax)} more characters
            </button>
          )}
        </span>
      )
    }
    case 'number':
      return (
        <span className="text-json-number">
          <Pickable node={node} steps={steps}>
            {node.text}
          </Pickable>
        </span>
      )
    case 'boolean':
    case 'null':
      return (
        <span className="text-json-word">
          <Pickable node={node} steps={steps}>
            {node.kind === 'null' ? 'null' : String(node.value)}
          </Pickable>
        </span>
      )
  }
}

interface PickableProps {
  node: ScalarNode
  steps: readonly Step[]
  children: ReactNode
}

/** The menu is made when it is first asked for: a tree has thousands of values. */
function Pickable({ node, steps, children }: PickableProps) {
  const actions = useContext(ActionsContext)
  const [asked, setAsked] = useState(false)
  if (actions === null) return children
  const any = anyElement({ root: 'value', steps }).steps
  const ask = () => {
    // Text that was just selected is meant to be copied.
    if (!window.getSelection()?.toString()) setAsked(true)
  }
  const button = (
    // biome-ignore lint/a11y/useSemanticElements: a button is a box: it would not flow with its line.
    <span
      role="button"
      tabIndex={0}
      title="Look for it, or show the field as a column"
      aria-haspopup="menu"
      onClick={ask}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return
        event.preventDefault()
        setAsked(true)
      }}
      className="cursor-pointer rounded-xs hover:bg-hover hover:underline hover:decoration-dotted"
    >
      {children}
    </span>
  )
  if (!asked) return button
  return (
    <FieldMenu
      openAtFirst
      trigger={button}
      name={formatPath({ root: 'value', steps: any }).replace(/^value\.?/, '') || 'The whole'}
      text={scalarText(node)}
      onFilter={(negated) => actions.filter(any, node, negated)}
      onColumn={steps.length === 0 ? undefined : () => actions.column(any)}
    />
  )
}

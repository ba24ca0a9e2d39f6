'use client'
// A JSON document as a tree that opens and closes. Numbers stand as they were written; what is
// long is drawn a piece at a time, so that a large document does not freeze the tab.

import ChevronRight from 'lucide-react/icons/chevron-right'
import { useState } from 'react'
import { formatCount, plural } from '../../lib/format/count.ts'
import type { JsonNode } from '../../lib/format/json-tree.ts'
import { classNames } from '../ui/class-names.ts'

const childrenStep = 100
/** Levels that are open at first. */
const openDepth = 3
const stringMax = 2000

interface BranchProps {
  name: string | number | null
  node: JsonNode
  depth: number
  last: boolean
}

export function JsonTreeView({ root }: { root: JsonNode }) {
  return (
    <div className="data leading-[22px]">
      <Branch name={null} node={root} depth={0} last />
    </div>
  )
}

function Branch({ name, node, depth, last }: BranchProps) {
  const comma = last ? '' : ','
  if (node.kind !== 'object' && node.kind !== 'array') {
    return (
      <div className="pl-4 [overflow-wrap:anywhere]">
        <Name name={name} />
        <Scalar node={node} />
        {comma}
      </div>
    )
  }
  return <Container name={name} node={node} depth={depth} comma={comma} />
}

interface ContainerProps {
  name: string | number | null
  node: Extract<JsonNode, { kind: 'object' | 'array' }>
  depth: number
  comma: string
}

function Container({ name, node, depth, comma }: ContainerProps) {
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

function Scalar({ node }: { node: Exclude<JsonNode, { kind: 'object' | 'array' }> }) {
  const [whole, setWhole] = useState(false)
  switch (node.kind) {
    case 'string': {
      const text = JSON.stringify(node.value)
      const cut = !whole && text.length > stringMax
      return (
        <span className="text-json-string">
          {cut ? text.slice(0, stringMax) : text}
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
      return <span className="text-json-number">{node.text}</span>
    case 'boolean':
      return <span className="text-json-word">{String(node.value)}</span>
    case 'null':
      return <span className="text-json-word">null</span>
  }
}

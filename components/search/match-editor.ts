// The editor of the match: one line of CodeMirror with completion, errors under the character,
// and history by arrow-up. Loaded when the field is first used.

import {
  acceptCompletion,
  autocompletion,
  type CompletionContext,
  type CompletionResult,
  closeCompletion,
  completionKeymap,
  completionStatus,
  startCompletion,
} from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { type Diagnostic, linter } from '@codemirror/lint'
import { Annotation, EditorState, StateEffect, type Transaction } from '@codemirror/state'
import { EditorView, keymap, placeholder, tooltips } from '@codemirror/view'
import { QueryError } from '../../lib/query/condition.ts'
import { parseCondition } from '../../lib/query/parser.ts'
import { type Field, suggest } from './complete.ts'
import { historyWalk } from './match-history.ts'

export interface RefusedMatch {
  text: string
  at: number
  length: number
  message: string
}

export interface MatchEditorOptions {
  parent: HTMLElement
  text: string
  label: string
  hint: string
  /** Id of the element that says what is wrong. */
  describedBy: string
  /** The policy of the page lets only styles through that carry it. */
  nonce: string | undefined
  fields: () => readonly Field[]
  /** What the server found in a text, such as a script that cannot be compiled. */
  refused: () => RefusedMatch | null
  onChange: (text: string) => void
  onSubmit: (text: string) => void
}

export function openMatchEditor(options: MatchEditorOptions): EditorView {
  const walk = historyWalk()
  const replace = (view: EditorView, text: string) =>
    view.dispatch({
      changes: { from: 0, to: view.state.doc.length, insert: text },
      selection: { anchor: text.length },
    })
  const walkHistory = (by: 1 | -1) => (view: EditorView) => {
    // An arrow that comes while the list is made anew moves neither the cursor nor the text: a
    // cursor that moves would close the list.
    if (completionStatus(view.state) !== null) return true
    const text = walk.step(by, view.state.doc.toString())
    if (text !== null) replace(view, text)
    return true
  }
  return new EditorView({
    parent: options.parent,
    state: EditorState.create({
      doc: options.text,
      selection: { anchor: options.text.length },
      extensions: [
        keymap.of([
          { key: 'Tab', run: acceptCompletion },
          {
            key: 'Enter',
            run: (view) => {
              if (completionStatus(view.state) === 'active' && acceptCompletion(view)) return true
              walk.reset()
              closeCompletion(view)
              options.onSubmit(view.state.doc.toString())
              return true
            },
          },
          {
            key: 'Mod-Enter',
            run: (view) => {
              options.onSubmit(view.state.doc.toString())
              return true
            },
          },
          ...completionKeymap.filter((binding) => binding.key !== 'Enter'),
          { key: 'ArrowUp', run: walkHistory(1) },
          { key: 'ArrowDown', run: walkHistory(-1) },
          {
            key: 'Escape',
            run: (view) => {
              view.contentDOM.blur()
              return true
            },
          },
          ...historyKeymap,
          ...defaultKeymap.filter((binding) => binding.key !== 'Enter'),
        ]),
        history(),
        oneLine,
        placeholder(options.hint),
        tooltips({ position: 'fixed', parent: options.parent.closest('main') ?? document.body }),
        autocompletion({
          override: [completeFrom(options.fields)],
          // Nothing is chosen before the arrow goes to it, so that Enter asks what was typed.
          selectOnOpen: false,
          interactionDelay: 0,
          icons: false,
          activateOnTypingDelay: 60,
        }),
        linter((view) => lint(view, options.refused()), {
          delay: 300,
          needsRefresh: ({ transactions }) =>
            transactions.some(({ effects }) => effects.some((effect) => effect.is(refused))),
        }),
        EditorView.contentAttributes.of({
          role: 'textbox',
          'aria-label': options.label,
          'aria-multiline': 'false',
          'aria-describedby': options.describedBy,
          'data-query-line': '',
          spellcheck: 'false',
          autocorrect: 'off',
          autocapitalize: 'off',
        }),
        EditorView.updateListener.of((update) => {
          if (!update.docChanged || update.transactions.some(isFromElsewhere)) return
          options.onChange(update.state.doc.toString())
        }),
        look,
        ...(options.nonce === undefined ? [] : [EditorView.cspNonce.of(options.nonce)]),
      ],
    }),
  })
}

/** A change that follows the page: the page is not told of it again. */
const fromElsewhere = Annotation.define<boolean>()
const isFromElsewhere = (transaction: Transaction) => transaction.annotation(fromElsewhere) === true

/** Brings the editor to a text that was chosen elsewhere. */
export function setEditorText(view: EditorView, text: string): void {
  if (view.state.doc.toString() === withoutBreaks(text)) return
  view.dispatch({
    changes: { from: 0, to: view.state.doc.length, insert: text },
    selection: { anchor: text.length },
    annotations: fromElsewhere.of(true),
  })
}

const withoutBreaks = (text: string) => text.replaceAll(/\s*\n\s*/g, ' ')

/** Line breaks that are pasted become blanks. */
const oneLine = EditorState.transactionFilter.of((transaction) => {
  if (transaction.newDoc.lines === 1) return transaction
  const text = withoutBreaks(transaction.newDoc.toString())
  return {
    changes: { from: 0, to: transaction.startState.doc.length, insert: text },
    selection: { anchor: Math.min(text.length, transaction.newSelection.main.head) },
    annotations: fromElsewhere.of(isFromElsewhere(transaction)),
  }
})

/**
 * Fields that were read while somebody was typing a path: the list opens, or is made anew, without
 * another key. Elsewhere nothing opens by itself.
 */
export function offerFields(view: EditorView, fields: readonly Field[]): void {
  if (!view.hasFocus || view.state.doc.length === 0) return
  const { head, empty } = view.state.selection.main
  const found = suggest(view.state.doc.toString(), head, fields)
  if (empty && found !== null && found.from < head) startCompletion(view)
}

const pathCharacters = /^[\w$.[\]"-]*$/

function completeFrom(fields: () => readonly Field[]) {
  return (context: CompletionContext): CompletionResult | null => {
    const known = fields()
    const found = suggest(context.state.doc.toString(), context.pos, known)
    if (found === null || found.suggestions.length === 0) return null
    // An empty line says nothing by itself until it is asked (Ctrl-Space) or typed into.
    if (found.from === context.pos && !context.explicit && context.pos === 0) return null
    return {
      from: found.from,
      options: found.suggestions.map((suggestion, index) => ({
        label: suggestion.label,
        type: suggestion.kind,
        boost: -index / 100,
        ...(suggestion.detail === undefined ? {} : { detail: suggestion.detail }),
        apply: (view: EditorView, _completion: unknown, from: number, to: number) => {
          const text =
            suggestion.apply ??
            (suggestion.label.endsWith('.') ? suggestion.label : `${suggestion.label} `)
          view.dispatch({
            changes: { from, to, insert: text },
            selection: { anchor: from + text.length },
            userEvent: 'input.complete',
          })
          startCompletion(view)
        },
      })),
      // A list that was made before the fields were known is not one to go on with.
      validFor: (typed) => fields() === known && pathCharacters.test(typed),
    }
  }
}

function lint(view: EditorView, byServer: RefusedMatch | null): Diagnostic[] {
  const text = view.state.doc.toString()
  const mistake = errorOf(text)
  const found = mistake ?? (byServer?.text.trim() === text.trim() ? byServer : null)
  if (found === null) return []
  // What is missing at the end is being typed.
  if (mistake !== null && view.hasFocus && mistake.at >= text.trimEnd().length) return []
  const from = Math.max(0, Math.min(found.at, text.length - 1))
  const to = Math.min(text.length, Math.max(from + 1, found.at + found.length))
  return [{ from, to, severity: 'error', message: found.message }]
}

/** The server has found something, or what it found does not hold any more. */
const refused = StateEffect.define<null>()

/** Underlines anew what the server has found meanwhile. */
export function lintAgain(view: EditorView): void {
  view.dispatch({ effects: refused.of(null) })
}

export function errorOf(text: string): QueryError | null {
  try {
    parseCondition(text)
    return null
  } catch (error) {
    return error instanceof QueryError ? error : new QueryError(String(error), 0)
  }
}

const look = EditorView.theme({
  '&': { height: '30px', fontSize: '12.5px', backgroundColor: 'transparent' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': {
    fontFamily: 'var(--font-mono)',
    lineHeight: '30px',
    overflow: 'hidden',
    fontVariantLigatures: 'none',
  },
  '.cm-content': { padding: '0 8px', caretColor: 'var(--text)' },
  '.cm-line': { padding: '0' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '.cm-placeholder': { color: 'var(--text-faint)' },
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--bad)',
    textUnderlineOffset: '3px',
  },
  '.cm-tooltip': {
    backgroundColor: 'var(--surface)',
    border: '1px solid var(--line-strong)',
    borderRadius: '8px',
    boxShadow: 'var(--shadow)',
    color: 'var(--text)',
    zIndex: '60',
  },
  '.cm-tooltip.cm-tooltip-below': { marginTop: '7px' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': {
    fontFamily: 'var(--font-mono)',
    fontSize: '12.5px',
    maxHeight: '18rem',
    maxWidth: 'min(640px, 92vw)',
    padding: '4px',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': {
    padding: '2px 8px',
    lineHeight: '22px',
    borderRadius: '4px',
  },
  '.cm-tooltip-autocomplete ul li[aria-selected]': {
    backgroundColor: 'var(--surface-active)',
    color: 'var(--text)',
  },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '700' },
  '.cm-completionDetail': { color: 'var(--text-faint)', fontStyle: 'normal', marginLeft: '12px' },
  '.cm-diagnostic': { padding: '4px 8px', borderLeft: 'none' },
})

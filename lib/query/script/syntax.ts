// What a script is made of, as far as it is read here: one JavaScript expression without
// statements, assignments or functions other than arrows.
//
// A script that is valid and not understood is no mistake: it is run as it stands in the sandbox.

export type Expression =
  | { kind: 'literal'; value: string | number | boolean | null | undefined }
  | { kind: 'name'; name: string }
  /** `object.name`, or `object["name"]`. */
  | { kind: 'member'; object: Expression; name: string; isOptional: boolean }
  | { kind: 'index'; object: Expression; index: Expression; isOptional: boolean }
  | { kind: 'call'; callee: Expression; operands: readonly Expression[]; isOptional: boolean }
  | { kind: 'new'; callee: Expression; operands: readonly Expression[] }
  | { kind: 'unary'; operator: string; operand: Expression }
  | { kind: 'binary'; operator: string; left: Expression; right: Expression }
  | { kind: 'logical'; operator: '&&' | '||' | '??'; left: Expression; right: Expression }
  | { kind: 'conditional'; test: Expression; yes: Expression; no: Expression }
  /** Brackets: they end a chain of `?.`. */
  | { kind: 'group'; inner: Expression }
  /** `isPlain`: each parameter is one name, and none a pattern of names. */
  | { kind: 'arrow'; names: readonly string[]; isPlain: boolean; body: Expression }
  /** A spread in it is a compound. */
  | { kind: 'list'; items: readonly Expression[] }
  /** Everything else that only puts its parts together: objects, templates, spreads. */
  | { kind: 'compound'; parts: readonly Expression[] }
  /** A regular expression, or a whole number of any size: nothing of a record is in it. */
  | { kind: 'constant' }

/** The expression in any brackets that stand around it. */
export function ungrouped(expression: Expression): Expression {
  return expression.kind === 'group' ? ungrouped(expression.inner) : expression
}

export function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'literal':
    case 'name':
    case 'constant':
      return []
    case 'member':
      return [expression.object]
    case 'index':
      return [expression.object, expression.index]
    case 'call':
    case 'new':
      return [expression.callee, ...expression.operands]
    case 'unary':
      return [expression.operand]
    case 'binary':
    case 'logical':
      return [expression.left, expression.right]
    case 'conditional':
      return [expression.test, expression.yes, expression.no]
    case 'group':
      return [expression.inner]
    case 'arrow':
      return [expression.body]
    case 'list':
      return expression.items
    case 'compound':
      return expression.parts
  }
}

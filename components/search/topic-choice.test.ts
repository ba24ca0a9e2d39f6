import { describe, expect, test } from 'vitest'
import { chosenTopics, suggestTopics, takeSuggestion, topicsProblem } from './topic-choice.ts'

const names = ['orders', 'orders.dlq', 'billing-eu', 'billing-us', 'a+b']

describe('the choice of topics', () => {
  test('takes names and patterns', () => {
    expect(chosenTopics('orders, billing-*', names)).toEqual(['orders', 'billing-eu', 'billing-us'])
    expect(chosenTopics('*', names)).toEqual(names)
    expect(chosenTopics('orders.*', names)).toEqual(['orders.dlq'])
  })

  test('answers at once, whatever the pattern is', () => {
    const long = 'a'.repeat(249)
    expect(chosenTopics(`${'*a'.repeat(40)}*b`, [long])).toEqual([])
    expect(chosenTopics(`${'*a'.repeat(40)}*`, [long])).toEqual([long])
    expect(chosenTopics('a*a', ['a', 'aa', 'aba'])).toEqual(['aa', 'aba'])
  })

  test('says which name there is no topic of', () => {
    expect(topicsProblem('', names)).toMatch(/Name the topics/)
    expect(topicsProblem('orders, nothing-*', names)).toMatch(/nothing-\*/)
    expect(topicsProblem('orders,billing-*', names)).toBeNull()
  })

  test('completes the last name, and offers the family', () => {
    expect(suggestTopics('orders,bil', names)).toEqual(['bil*', 'billing-eu', 'billing-us'])
    expect(takeSuggestion('orders,bil', 'billing-eu')).toBe('orders,billing-eu')
    expect(suggestTopics('orders,orders', names)).not.toContain('orders')
  })
})

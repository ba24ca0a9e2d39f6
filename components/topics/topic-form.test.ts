import { describe, expect, test } from 'vitest'
import { createTopicBody } from '../../lib/contracts/topics.ts'
import { checkTopicForm, checkTopicName, emptyTopicForm } from './topic-form.ts'

describe('the form for a new topic', () => {
  test('leaves to the cluster what is left empty', () => {
    expect(checkTopicForm({ ...emptyTopicForm, name: ' orders ' })).toEqual({
      body: { name: 'orders', partitions: -1, replicationFactor: -1, configs: {} },
    })
  })

  test('takes and refuses the same names as the contract does', () => {
    const names = [
      'orders',
      'a.b_c-1',
      '',
      '.',
      '..',
      'a b',
      'ü',
      'a/b',
      'x'.repeat(249),
      'x'.repeat(250),
    ]
    for (const name of names) {
      const accepted = createTopicBody.safeParse({
        name,
        partitions: 1,
        replicationFactor: 1,
      }).success
      expect([name, checkTopicName(name) === null]).toEqual([name, accepted])
    }
  })

  test('says which field is wrong', () => {
    const wrong = {
      name: 'a',
      partitions: '0',
      replicationFactor: '1.5',
      configs: [{ name: '', value: 'x' }],
    }
    const checked = checkTopicForm(wrong)
    expect('errors' in checked && Object.keys(checked.errors)).toEqual([
      'partitions',
      'replicationFactor',
      'configs',
    ])
  })

  test('refuses the same config twice', () => {
    const configs = [
      { name: 'retention.ms', value: '1' },
      { name: ' retention.ms', value: '2' },
    ]
    expect(checkTopicForm({ ...emptyTopicForm, name: 'a', configs })).toHaveProperty(
      'errors.configs',
    )
  })
})

// A CSV file with every kind of ragged line: each is refused with its place and its reason, and
// the rest goes in.

import { expect, rowsOf, test } from './fixtures.ts'
import { ask, expectCovered } from './query.ts'
import { importFile, openNewTopic } from './transfer.ts'

const header = 'id,name,note'
const good = (id: number) => `${id},name ${id},"says ""so"", and\nmore"`

test('ragged lines of a CSV are refused one by one, and what can be sent is sent', async ({
  page,
  kafka,
  topic,
  product,
}) => {
  await openNewTopic(page, { kafka, topic, product })
  // Every good row takes two lines.
  const rows = [
    good(1),
    '2,too few',
    good(3),
    '4,too,many,fields',
    '',
    '5,quote "inside",note',
    good(6),
  ]
  const text = [header, ...rows].join('\n')
  const dialog = await importFile(page, { name: 'ragged.csv', text })
  await dialog.getByLabel('Column of the key').fill('id')
  await dialog.getByRole('button', { name: 'Try without sending' }).click()
  const refused = rowsOf(page, 'Lines refused')
  await expect(refused).toHaveCount(3)
  for (const [at, [line, reason]] of [
    ['4', 'The row has 2 fields, and there are 3 columns.'],
    ['7', 'The row has 4 fields, and there are 3 columns.'],
    ['9', 'There is a quote inside a field'],
  ].entries()) {
    await expect(refused.nth(at)).toContainText(String(line))
    await expect(refused.nth(at)).toContainText(String(reason))
  }
  await dialog.getByRole('button', { name: 'Send 3 records' }).click()
  await dialog.getByRole('button', { name: 'Done' }).click()
  await expect(rowsOf(page, 'Messages')).toHaveCount(3)
  await ask(page, 'value.note contains "so\\", and"')
  await expectCovered(page, '3 matches')
})

test('a quote that is never closed is told by the line where it opens', async ({
  page,
  kafka,
  topic,
  product,
}) => {
  await openNewTopic(page, { kafka, topic, product })
  const text = [header, good(1), '2,b,"never closed', '3,c,d', '4,e,f'].join('\n')
  const dialog = await importFile(page, { name: 'open.csv', text })
  await dialog.getByRole('button', { name: 'Try without sending' }).click()
  await expect(dialog.getByRole('alert')).toContainText('Line 4: A quote opens here and is never')
  const refused = rowsOf(page, 'Lines refused')
  await expect(refused).toHaveCount(1)
  await expect(refused).toContainText('4')
  await expect(dialog.getByRole('status')).toContainText('1 record can be; 1 of 2 lines refused')
  await dialog.getByRole('button', { name: 'Send 1 record' }).click()
  await expect(dialog.getByRole('alert')).toContainText('Mend the file, then import from line 4')
  await expect(dialog.getByRole('button', { name: /Go on/ })).toHaveCount(0)
})

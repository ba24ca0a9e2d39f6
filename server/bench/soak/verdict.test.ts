import { expect, it } from 'vitest'
import { judge } from './verdict.ts'

const tolerance = { share: 0.1, least: 1 }
const minutes = (count: number, valueAt: (minute: number) => number): number[] =>
  Array.from({ length: count }, (_, minute) => valueAt(minute))

it('takes a figure that goes up and down for flat', () => {
  expect(
    judge(
      minutes(60, (at) => 100 + 40 * Math.sin(at)),
      tolerance,
    ).flat,
  ).toBe(true)
  expect(
    judge(
      minutes(60, (at) => 100 + 20 * (at % 5)),
      tolerance,
    ).flat,
  ).toBe(true)
})

/** Rises for five minutes and falls, seen at a moment of that which comes a little earlier each time. */
const sawtooth = (at: number): number => 100 + 40 * ((at * 0.997 + 0.1) % 5)

it('takes for flat what rises and falls with retention, whenever it is looked at', () => {
  expect(judge(minutes(60, sawtooth), tolerance).flat).toBe(true)
})

it('finds growth beneath what rises and falls with retention', () => {
  const { flat, growth } = judge(
    minutes(60, (at) => sawtooth(at) + at),
    tolerance,
  )
  expect(flat).toBe(false)
  expect(growth).toBeGreaterThan(35)
  expect(growth).toBeLessThan(55)
})

it('does not take a steady growth for flat, however small next to the noise', () => {
  const grows = (at: number): number => 100 + at / 2 + 10 * Math.sin(at * 7)
  const { flat, growth } = judge(minutes(60, grows), tolerance)
  expect(flat).toBe(false)
  expect(growth).toBeGreaterThan(15)
  expect(growth).toBeLessThan(30)
})

it('leaves out the first quarter, and single minutes that stand out', () => {
  expect(
    judge(
      minutes(60, (at) => Math.min(at, 15) * 10),
      tolerance,
    ).flat,
  ).toBe(true)
  expect(
    judge(
      minutes(60, (at) => (at > 56 ? 900 : 100)),
      tolerance,
    ).flat,
  ).toBe(true)
})

it('takes what falls, and growth not worth telling, for flat', () => {
  expect(
    judge(
      minutes(60, (at) => 100 - at),
      tolerance,
    ).flat,
  ).toBe(true)
  expect(
    judge(
      minutes(60, (at) => at / 60),
      tolerance,
    ).flat,
  ).toBe(true)
})

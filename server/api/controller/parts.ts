// What the controller's handlers may use.

import type { Controller } from '../../controller/controller.ts'
import { handler } from '../handler.ts'

export interface ControllerParts {
  readonly controller: Controller
  /** Where this listener is reached. */
  readonly address: { readonly host: string; readonly port: number }
}

/** Checks a handler of the controller's listener where it is written. */
export const controllerHandler = handler<ControllerParts>()

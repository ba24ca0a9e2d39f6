import type { Handlers } from '../http/handlers.ts'
import { ApiError } from '../problem.ts'

export type TransferHandlers = Pick<
  Handlers,
  | 'produce'
  | 'resend'
  | 'importMessages'
  | 'exportMessages'
  | 'listSavedQueries'
  | 'saveQuery'
  | 'deleteSavedQuery'
>

export function createTransferHandlers(): TransferHandlers {
  const absent = async (): Promise<never> => {
    throw new ApiError(501, { code: 'not_supported', message: 'Not in this build.' })
  }
  return {
    produce: absent,
    resend: absent,
    importMessages: absent,
    exportMessages: absent,
    listSavedQueries: absent,
    saveQuery: absent,
    deleteSavedQuery: absent,
  }
}

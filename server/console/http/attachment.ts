// The headers of an answer that is to be saved as a file and never shown.

export function attachment(fileName: string): Record<string, string> {
  return {
    'content-disposition': `attachment; filename="${fileName.replaceAll(/[^\w.-]/g, '_')}"`,
    'x-content-type-options': 'nosniff',
  }
}

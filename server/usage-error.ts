/** The command line cannot be followed; the message names the argument and the remedy. */
export class UsageError extends Error {}

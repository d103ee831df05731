/** What a command was asked for cannot be done; told in one line, without a trace. */
export class CommandError extends Error {}

/** Why the program cannot start, in one line for the person who started it; the command prints only the message. */
export class StartError extends Error {
  override readonly name = 'StartError';

  constructor(message: string, options?: ErrorOptions) {
    super(message.replaceAll(/\s*[\r\n]+\s*/g, ' ').trim(), options);
  }
}

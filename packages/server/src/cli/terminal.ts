/** What a command is given beside its arguments, so that tests can stand in for the process. */
export interface Terminal {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
}

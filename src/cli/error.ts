/** Something the user can set right: a wrong option, path or policy. Ends the program with exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What no Dockerfile of people has; beyond it a file is not looked at, and that is told. */
const bounds = { instructions: 5000, stages: 500, words: 5000, commands: 10_000 } as const;

/** Throws when there is more of something than is looked at. */
export function checkBound(what: keyof typeof bounds, count: number): void {
  if (count > bounds[what]) throw new Error(`it has more than ${bounds[what].toLocaleString('en')} ${what}`);
}

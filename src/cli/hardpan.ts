import { version } from './version.ts';

// The version is printed before anything is loaded: scripts ask for it often.
const [, , first, ...rest] = process.argv;
if (rest.length === 0 && (first === '--version' || first === '-V')) process.stdout.write(`${version}\n`);
else {
  const { main } = await import('./main.ts');
  await main(process.argv);
}

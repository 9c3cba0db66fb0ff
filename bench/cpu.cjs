// Loaded into measured programs: writes their processor time and peak memory when they end.
const { writeFileSync } = require('node:fs');
process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  const { maxRSS } = process.resourceUsage();
  writeFileSync(
    process.env.HARDPAN_BENCH_OUT,
    JSON.stringify({ cpu: (user + system) / 1000, memory: maxRSS / 1024 }),
  );
});

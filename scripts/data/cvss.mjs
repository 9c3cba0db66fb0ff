/**
 * Base score of a CVSS 3.0 or 3.1 vector, by the equations of https://www.first.org/cvss/v3.1/specification-document;
 * undefined for any other vector.
 */
export function baseScore(vector) {
  if (!/^CVSS:3\.[01]\//.test(vector)) return undefined;
  const given = Object.fromEntries(vector.split('/').map((part) => part.split(':')));
  const changed = given.S === 'C';
  const weigh = (metric) => weights[metric][given[metric]];
  const privileges = (changed ? privilegesChanged : weights.PR)[given.PR];
  const exploitability = 8.22 * weigh('AV') * weigh('AC') * privileges * weigh('UI');
  const lost = 1 - (1 - weigh('C')) * (1 - weigh('I')) * (1 - weigh('A'));
  const impact = changed ? 7.52 * (lost - 0.029) - 3.25 * (lost - 0.02) ** 15 : 6.42 * lost;
  if (Number.isNaN(exploitability + impact)) return undefined;
  if (impact <= 0) return 0;
  return roundUp(Math.min((changed ? 1.08 : 1) * (impact + exploitability), 10));
}

export function severityOf(score) {
  if (score >= 9) return 'critical';
  if (score >= 7) return 'high';
  return score >= 4 ? 'medium' : 'low';
}

const loss = { N: 0, L: 0.22, H: 0.56 };
const weights = {
  AV: { N: 0.85, A: 0.62, L: 0.55, P: 0.2 },
  AC: { L: 0.77, H: 0.44 },
  PR: { N: 0.85, L: 0.62, H: 0.27 },
  UI: { N: 0.85, R: 0.62 },
  C: loss,
  I: loss,
  A: loss,
};
const privilegesChanged = { N: 0.85, L: 0.68, H: 0.5 };

/** Up to one decimal, in whole numbers: the specification warns of 8.6000001. */
function roundUp(value) {
  const whole = Math.round(value * 100_000);
  return whole % 10_000 === 0 ? whole / 100_000 : (Math.floor(whole / 10_000) + 1) / 10;
}

/** Settings of gate and suppressions: values from the loosest to the strictest. */
const ladders: Readonly<Record<string, readonly unknown[]>> = {
  'gate.failOn': ['none', 'critical', 'high', 'medium', 'low', 'info'],
  'gate.newOnly': [true, false],
  'gate.minConfidence': ['high', 'medium', 'low'],
  'gate.onUnseen': ['warn', 'fail'],
  'gate.onUnresolved': ['warn', 'fail'],
  'gate.onParseError': ['warn', 'fail'],
  'gate.onNothingScanned': ['warn', 'fail'],
  'suppressions.inline': ['allow', 'allow-with-reason', 'deny'],
  'suppressions.foreign': ['allow', 'deny'],
  'suppressions.requireOwner': [false, true],
  'suppressions.unused': ['warn', 'fail'],
};

/** Settings that can be loosened, as they are locked: `gate.failOn`. */
export const settings: readonly string[] = [
  ...Object.keys(ladders),
  'gate.max',
  'suppressions.maxDays',
  'suppressions.denyFor',
];

/** Whether a setting was made looser, stricter or neither. */
export function change(setting: string, before: unknown, after: unknown): 'looser' | 'stricter' | 'same' {
  if (JSON.stringify(before) === JSON.stringify(after)) return 'same';
  return isLooser(setting, before, after) ? 'looser' : 'stricter';
}

function isLooser(setting: string, before: unknown, after: unknown): boolean {
  const ladder = ladders[setting];
  if (ladder) return ladder.indexOf(after) < ladder.indexOf(before);
  if (setting === 'suppressions.maxDays') return most(after) > most(before);
  if (setting === 'gate.max') return roomier(before, after);
  if (setting === 'suppressions.denyFor') return listOf(before).some((item) => !listOf(after).includes(item));
  // Of anything else nobody can say which way it went.
  return true;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function most(days: unknown): number {
  return typeof days === 'number' ? days : Number.POSITIVE_INFINITY;
}

function roomier(before: unknown, after: unknown): boolean {
  const limits = (value: unknown): Readonly<Record<string, unknown>> =>
    typeof value === 'object' && value !== null ? { ...value } : {};
  return Object.entries(limits(before)).some(([key, limit]) => most(limits(after)[key]) > most(limit));
}

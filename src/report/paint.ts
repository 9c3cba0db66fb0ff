import { styleText } from 'node:util';
import type { Severity } from '../check.ts';

type Style = Parameters<typeof styleText>[0];

/** Puts colours on the few words that carry them; without colour every function returns its text. */
export interface Paint {
  severity(severity: Severity): string;
  count(severity: Severity, count: number): string;
  place(text: string): string;
  strong(text: string): string;
  dim(text: string): string;
  mark(text: string): string;
  good(text: string): string;
  bad(text: string): string;
}

const styles: Readonly<Record<Severity, Style>> = {
  critical: ['bold', 'white', 'bgRed'],
  high: ['bold', 'red'],
  medium: ['bold', 'yellow'],
  low: ['blue'],
  info: ['gray'],
};

export function painter(color: boolean): Paint {
  const styled = (style: Style) => (text: string) =>
    color ? styleText(style, text, { validateStream: false }) : text;
  return {
    severity: (severity) => styled(styles[severity])(severity.toUpperCase()),
    count: (severity, count) => styled(styles[severity])(`${count} ${severity}`),
    place: styled('cyan'),
    strong: styled('bold'),
    dim: styled('dim'),
    mark: styled('red'),
    good: styled(['bold', 'green']),
    bad: styled(['bold', 'red']),
  };
}

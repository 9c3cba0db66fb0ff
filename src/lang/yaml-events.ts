import { type Event, parseEvents, YAMLException } from 'js-yaml';
import { joinFlowLines } from './yaml-flow.ts';
import type { YamlFault, YamlSpan } from './yaml-node.ts';
import { type Refusal, recoverEvents } from './yaml-recover.ts';

export interface YamlEvents {
  readonly events: readonly Event[];
  /** The text that the events' offsets are into: the given one, or a copy of its length. */
  readonly source: string;
  readonly faults: YamlFault[];
  readonly lost: readonly YamlSpan[];
}

/** Parses to events; steps over what js-yaml refuses and others read, and loses as little as can be of the rest. */
export function readEvents(text: string, maxDepth: number): YamlEvents {
  const parse = (part: string): Event[] => parseEvents(part, { maxDepth });
  const whole = attempt(parse, text);
  if (Array.isArray(whole)) return { events: whole, source: text, faults: [], lost: [] };
  const copy = joinFlowLines(text);
  if (copy !== text) {
    const events = attempt(parse, copy);
    if (Array.isArray(events)) return { events, source: copy, faults: [], lost: [] };
  }
  const faults: YamlFault[] = [];
  const lost: YamlSpan[] = [];
  const events = recoverEvents(
    copy,
    (part) => attempt(parse, part),
    (from, to, { message, at }) => {
      faults.push({ code: 'syntax', message, ...pointAt(text, from, to, at) });
      lost.push({ start: from, end: to });
    },
  );
  if (!events.some(({ type }) => type !== 1 && type !== 6)) {
    throw new SyntaxError(`line ${lineOf(text, whole.at)}: ${whole.message}`);
  }
  return { events, source: copy, faults, lost };
}

function attempt(parse: (part: string) => Event[], part: string): Event[] | Refusal {
  try {
    return parse(part);
  } catch (cause) {
    if (!(cause instanceof YAMLException)) throw cause;
    return { message: cause.reason, at: cause.mark?.position ?? 0 };
  }
}

/** The character of the error; the first of the block when it is only noticed where the block ends. */
function pointAt(text: string, from: number, to: number, at: number): YamlSpan {
  const start = at < to ? at : from;
  const end = Math.min(start + 1, to);
  return text[start] === '\n' || text[start] === '\r' ? { start, end: start } : { start, end };
}

function lineOf(text: string, at: number): number {
  let line = 1;
  for (let next = text.indexOf('\n'); next !== -1 && next < at; next = text.indexOf('\n', next + 1))
    line += 1;
  return line;
}

import type { Document } from './document.ts';

/** The document as one JSON object, a finding a line, made piece by piece so that a large one costs no memory. */
export function* json(document: Document): Generator<string> {
  const { findings, problems, skipped: _, ...head } = document;
  const opening = JSON.stringify(head, null, 2).slice(0, -2);
  yield `${opening},\n  "findings": [`;
  let separator = '\n    ';
  for (const finding of findings) {
    yield separator + JSON.stringify(finding);
    separator = ',\n    ';
  }
  yield `\n  ],\n  "problems": ${JSON.stringify(problems, null, 2).replaceAll('\n', '\n  ')}\n}\n`;
}

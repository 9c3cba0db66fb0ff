import { limits } from '../limits.ts';
import type { Span } from '../source.ts';
import { Base, type Node } from './nginx-base.ts';
import {
  endOfLua,
  isBlank,
  isTooLong,
  type NginxWord,
  readWord,
  type TagFinder,
  tagFinder,
} from './nginx-words.ts';

export type { NginxWord } from './nginx-words.ts';

export interface NginxDirective {
  /** The directive's name; `''` for a template tag that stands in the place of statements. */
  readonly name: string;
  readonly word: NginxWord;
  readonly args: readonly NginxWord[];
  readonly start: number;
  /** Behind the last word. */
  readonly headEnd: number;
  /** Behind the `;` or the closing brace. */
  readonly end: number;
  /** Behind the opening brace of a block; null where there is none. */
  readonly open: number | null;
  /** Statements of a block; null for a simple directive and for Lua code. */
  readonly body: readonly NginxDirective[] | null;
}

export interface NginxFault {
  readonly code: string;
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

export interface NginxDocument {
  readonly directives: readonly NginxDirective[];
  readonly comments: readonly Span[];
  readonly faults: readonly NginxFault[];
  /** Tags of a template language stand in it: nginx never sees this text as it is. */
  readonly template: boolean;
}

export function parseNginx(text: string): NginxDocument {
  const parser = new PlacedParser(text);
  parser.parse(text);
  parser.finish();
  const { comments, faults, template } = parser;
  const directives = parser.directives();
  faults.sort((a, b) => a.start - b.start);
  return { directives, comments, faults, template };
}

/** One broken brace makes many faults; nobody reads more than these. */
const mostFaults = 100;

interface Place {
  readonly words: NginxWord[];
  end: number;
  /** Behind the opening brace. */
  open: number | null;
  /** Nodes of statements that stand where a template tag is. */
  tag?: boolean;
}

/**
 * nginx-conf's driver and tree, with the place of every word. The base class splits words by its own rules, loses
 * comments and accepts broken input; here words are read as nginx reads them, and each fault is noted and passed over.
 */
class PlacedParser extends Base {
  readonly comments: Span[] = [];
  readonly faults: NginxFault[] = [];
  template = false;
  private depth = 0;
  private readonly places = new Map<Node, Place>();
  private readonly tags: TagFinder;

  constructor(text: string) {
    super();
    this.tags = tagFinder(text);
  }

  override parseNext(): void {
    const { source } = this;
    while (isBlank(source.charCodeAt(this.index))) this.index += 1;
    const at = this.index;
    if (at >= source.length) return;
    const char = source[at];
    if (char === '#') this.comment(at);
    else if ((char === '{' || char === '<') && this.tags.endOf(at) !== undefined) this.tag(at);
    else if (char === ';' || char === '{') this.endHead(at, char);
    else if (char === '}') this.endBlock(at);
    else this.takeWord();
  }

  override readVerbatimBlock(): string {
    const open = this.index;
    const end = endOfLua(this.source, open);
    if (end === undefined) {
      this.fault('unclosed-block', 'The Lua code that begins here is never closed', open, open + 1);
    }
    // The base class steps over the closing brace itself.
    this.index = end ?? this.source.length;
    return this.source.slice(open + 1, this.index);
  }

  /** Closes what the end of the file leaves open. */
  finish(): void {
    const last = this.context;
    if (last.name !== '') this.missingSemicolon(last);
    for (let node = last.parent; node && node !== this.tree; node = node.parent) {
      const place = this.placeOf(node);
      place.end = this.source.length;
      const { start, end } = span(place);
      this.fault('unclosed-block', `The block "${node.name}" is never closed`, start, end);
    }
  }

  /** The tree as plain data. */
  directives(): readonly NginxDirective[] {
    const top: NginxDirective[] = [];
    const work: { readonly node: Node; readonly into: NginxDirective[] }[] = [{ node: this.tree, into: top }];
    for (let item = work.pop(); item; item = work.pop()) {
      for (const node of item.node.children ?? []) {
        const body: NginxDirective[] | null = node.isBlock ? [] : null;
        const place = this.placeOf(node);
        const made = directive(place, body);
        item.into.push(made);
        if (body !== null) work.push({ node, into: body });
      }
    }
    return top;
  }

  private comment(start: number): void {
    const newline = this.source.indexOf('\n', start);
    const end = newline === -1 ? this.source.length : newline;
    this.comments.push({ start, end });
    if (isTooLong(this.source, start, end)) {
      this.fault('too-long', 'This comment is longer than nginx can read', start, start + 40);
    }
    this.index = end;
    if (!this.template && this.tags.within(start, end)) this.template = true;
  }

  /** A template tag: part of a word, or, where a statement would stand, a statement that nobody can read. */
  private tag(at: number): void {
    const { source, context } = this;
    const end = this.tags.endOf(at) ?? at;
    const output = source.startsWith('{{', at) || source.startsWith('<%=', at);
    if (output && (context.name !== '' || !endsLine(source, end))) {
      this.takeWord();
      return;
    }
    this.template = true;
    this.index = end;
    if (source.startsWith('{#', at) || context.name !== '') return;
    const word = { text: source.slice(at, end), start: at, end, quoted: false, template: true };
    this.places.set(context, { words: [word], end, open: null, tag: true });
    this.close(context);
  }

  private endHead(at: number, char: string): void {
    const node = this.context;
    if (node.name === '') {
      this.index = at + 1;
      this.fault('unexpected', `Unexpected "${char}"`, at, at + 1);
      // What the braces hold would otherwise close the block around it.
      if (char !== '{') return;
      node.name = '{';
      this.placeOf(node).words.push({ text: '{', start: at, end: at + 1, quoted: false, template: false });
      this.index = at;
    }
    // Arguments before the braces (`set_by_lua_block $x {`) are kept in the words.
    if (char === '{' && node.name.endsWith('_by_lua_block')) node.value = '';
    super.parseNext();
    this.placeOf(node).end = this.index;
    if (!node.isBlock) return;
    this.placeOf(node).open = at + 1;
    this.depth += 1;
    if (this.depth >= limits.nesting) this.skipDeep(at);
  }

  /** Leaves out what a block holds that nests too deep. */
  private skipDeep(open: number): void {
    this.fault('too-deep', `Blocks nest deeper than ${limits.nesting} levels`, open, open + 1);
    this.index = endOfLua(this.source, open) ?? this.source.length;
  }

  private endBlock(at: number): void {
    if (this.context.name !== '') {
      this.missingSemicolon(this.context);
      this.close(this.context);
    }
    const { parent } = this.context;
    if (parent === null || parent === this.tree) {
      this.fault('unexpected', 'Unexpected "}": no block is open here', at, at + 1);
      this.index = at + 1;
      return;
    }
    this.placeOf(parent).end = at + 1;
    this.depth -= 1;
    super.parseNext();
  }

  private takeWord(): void {
    const word = readWord(this.source, this.index, this.tags);
    this.index = word.end;
    const node = this.context;
    this.placeOf(node).words.push(word);
    if (node.name === '') node.name = word.text || '""';
    if (word.template) this.template = true;
    const { start, end, fault } = word;
    if (fault === 'unclosed-quote')
      this.fault(fault, 'The quote that opens here is never closed', start, end);
    if (fault === 'touching') {
      this.fault('unexpected', `Unexpected "${this.source[end] ?? ''}" behind a closing quote`, end, end + 1);
    }
    if (fault === 'too-long') this.fault(fault, 'This word is longer than nginx can read', start, start + 40);
  }

  private missingSemicolon(node: Node): void {
    const place = this.placeOf(node);
    const { start, end } = span(place);
    place.end = end;
    this.fault('missing-semicolon', `";" is missing behind "${node.name}"`, start, end);
    if (this.index >= this.source.length) this.close(node);
  }

  /** Hangs a statement into the tree and starts the next one, as the base class does at a `;`. */
  private close(node: Node): void {
    const { parent } = node;
    // Every node but the root has a parent, and the parent of an open statement is a block.
    if (parent === null) return;
    parent.children?.push(node);
    const NodeClass = node.constructor as new (name: string, value: string | null, parent: Node) => Node;
    this.context = new NodeClass('', null, parent);
  }

  private placeOf(node: Node): Place {
    let place = this.places.get(node);
    if (!place) {
      place = { words: [], end: 0, open: null };
      this.places.set(node, place);
    }
    return place;
  }

  private fault(code: string, message: string, start: number, end: number): void {
    if (this.faults.length < mostFaults) this.faults.push({ code, message, start, end });
  }
}

function directive(place: Place, body: readonly NginxDirective[] | null): NginxDirective {
  const [word = { text: '', start: 0, end: 0, quoted: false, template: false }, ...args] = place.words;
  const { start, end: headEnd } = span(place);
  return {
    name: place.tag ? '' : word.text,
    word,
    args,
    start,
    headEnd,
    end: Math.max(place.end, headEnd),
    open: place.open,
    body,
  };
}

function span({ words, end }: Place): Span {
  return { start: words[0]?.start ?? end, end: words.at(-1)?.end ?? end };
}

function endsLine(text: string, from: number): boolean {
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 10) return true;
    if (!isBlank(code)) return false;
  }
  return true;
}

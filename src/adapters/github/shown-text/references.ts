/**
 * Definitions of links and footnotes in Markdown. GitHub shows none where it stands: a link's is seen by its
 * link, a footnote's at the end of the page. What nothing refers to is seen nowhere.
 */
import type { postprocess } from 'micromark';
import { normalizeIdentifier } from 'micromark-util-normalize-identifier';
import { isWithin, type MarkdownSpan } from './markdown-span.ts';

type Event = ReturnType<typeof postprocess>[number];
type Definition = MarkdownSpan & { label: string };
/** To a link's definition or to a footnote. `note`: the footnote that it stands in itself. */
type Reference = Definition & { note: Definition | undefined };
/** `[label]` and `[text][label]` refer to a definition, `[text](address)` does not. */
type Link = Reference & { hasAddress: boolean };

/** Is told each event of micromark's in order. */
export function createReferences() {
  const links: Definition[] = [];
  const notes: Definition[] = [];
  const toLinks: Reference[] = [];
  const toNotes: Reference[] = [];
  /** What is read, each within the one before it. */
  const openLinks: Link[] = [];
  const openNotes: Definition[] = [];
  let defined: MarkdownSpan = { from: 0, to: 0 };

  function read([way, token, context]: Event): void {
    if (way === 'exit') return close(token.type);
    const span = { from: token.start.offset, to: token.end.offset };
    const name = () => normalizeIdentifier(context.sliceSerialize(token));
    const link = openLinks.at(-1);
    const note = openNotes.at(-1);
    switch (token.type) {
      case 'definition':
      case 'gfmFootnoteDefinition':
        defined = span;
        break;
      case 'definitionLabelString':
        links.push({ ...defined, label: name() });
        break;
      case 'gfmFootnoteDefinitionLabelString':
        openNotes.push({ ...defined, label: name() });
        break;
      case 'gfmFootnoteCallString':
        toNotes.push({ ...span, label: name(), note });
        break;
      case 'link':
      case 'image':
        openLinks.push({ ...span, label: '', note, hasAddress: false });
        break;
      case 'labelText':
      case 'referenceString':
        if (link) link.label = name();
        break;
      case 'resource':
        if (link) link.hasAddress = true;
    }
  }

  function close(type: string): void {
    if (type === 'gfmFootnoteDefinition') notes.push(...openNotes.splice(-1));
    if (type !== 'link' && type !== 'image') return;
    const link = openLinks.pop();
    if (link && !link.hasAddress) toLinks.push(link);
  }

  /** Those that nothing refers to which people see, and of several with one label all but the first. */
  function unused(comments: readonly MarkdownSpan[]): MarkdownSpan[] {
    const calls = Map.groupBy(toNotes, ({ note }) => note);
    const noteOf = firstByLabel(notes);
    /** Where people see text: in no footnote, and in those that are called where they see text. */
    const seen = new Set<Definition | undefined>([undefined]);
    for (const place of seen)
      for (const call of calls.get(place) ?? []) {
        const note = noteOf.get(call.label);
        if (note && !isWithin(call, comments)) seen.add(note);
      }
    const linkOf = firstByLabel(links);
    const used = toLinks
      .filter(link => seen.has(link.note) && !isWithin(link, comments))
      .map(({ label }) => linkOf.get(label));
    const seenLinks = new Set(used);
    return [
      ...notes.filter(note => !seen.has(note)),
      ...links.filter(link => !seenLinks.has(link)),
    ];
  }

  return { read, unused };
}

function firstByLabel(definitions: readonly Definition[]): Map<string, Definition> {
  const backwards = definitions.toSorted((a, b) => b.from - a.from);
  return new Map(backwards.map(definition => [definition.label, definition]));
}

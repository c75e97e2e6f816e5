/** Markup that is safe as it stands; everything else is escaped on its way into one. */
export interface Html {
  readonly markup: string;
}

type Part = string | number | null | undefined | false | Html | readonly Part[];

export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return {
    markup: texts.map((text, i) => text + (i < parts.length ? render(parts[i]) : '')).join(''),
  };
}

function render(part: Part): string {
  if (part === null || part === undefined || part === false) return '';
  if (typeof part === 'object') return 'markup' in part ? part.markup : part.map(render).join('');
  return escaped(String(part));
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, character => ESCAPES[character] ?? '');
}

/** A little Markdown: headings, lists, rules, code, bold and links, from text that is escaped first. */
export function markdown(text: string): Html {
  const visible = text.replaceAll(/<!--[\s\S]*?-->/g, '');
  const blocks = visible.split(/^(```[^\n]*\n[\s\S]*?^```)[^\S\n]*$/m);
  const markup = blocks.map(block => {
    const code = /^```[^\n]*\n([\s\S]*?)```$/.exec(block);
    return code ? `<pre>${escaped(code[1] ?? '')}</pre>` : paragraphs(block);
  });
  return { markup: markup.join('') };
}

function paragraphs(text: string): string {
  return text
    .split(/\n{2,}/)
    .filter(block => block.trim() !== '')
    .map(block => {
      const lines = block.trim().split('\n');
      if (lines.every(line => /^\s*[-*] /.test(line))) {
        return `<ul>${lines.map(line => `<li>${inline(line.replace(/^\s*[-*] /, ''))}</li>`).join('')}</ul>`;
      }
      if (lines.length > 1 && lines.every(line => /^\s*\|.*\|\s*$/.test(line))) return table(lines);
      return lines
        .map(line =>
          /^#{1,6} /.test(line)
            ? `<h4>${inline(line.replace(/^#+ /, ''))}</h4>`
            : `<p>${inline(line)}</p>`,
        )
        .join('');
    })
    .join('');
}

function table(lines: readonly string[]): string {
  const rows = lines
    .filter(line => !/^[\s|:-]+$/.test(line))
    .map(line =>
      line
        .trim()
        .slice(1, -1)
        .split('|')
        .map(cell => `<td>${inline(cell.trim())}</td>`)
        .join(''),
    );
  return `<table>${rows.map(row => `<tr>${row}</tr>`).join('')}</table>`;
}

function inline(text: string): string {
  return escaped(text)
    .replaceAll(/`([^`]+)`/g, '<code>$1</code>')
    .replaceAll(/\*\*([^*]+)\*\*/g, '<strong>$1</strong>')
    .replaceAll(/\[([^\]]+)\]\((https?:\/\/[^\s)]+)\)/g, '<a href="$2">$1</a>');
}

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;margin:0 auto;max-width:60rem;padding:1rem;color:#1f2328}
header,section,article{border-bottom:1px solid #d1d9e0;padding:.5rem 0}nav a{margin-right:1rem}
.state{border-radius:1rem;color:#fff;background:#59636e;padding:.1rem .6rem}.open{background:#1f883d}.merged{background:#8250df}
.label{border:1px solid #d1d9e0;border-radius:1rem;padding:0 .5rem;font-size:.85em}.quiet{color:#59636e;font-size:.9em}
pre{background:#f6f8fa;overflow:auto;padding:.6rem;white-space:pre-wrap}code{background:#f6f8fa}textarea{width:100%;height:5rem}
table{border-collapse:collapse}td{border:1px solid #d1d9e0;padding:.2rem .5rem}form{display:inline-block;margin:.2rem .3rem .2rem 0}
form.wide{display:block}.wrong{background:#ffebe9;padding:.5rem}details{margin:.3rem 0}`;

export function document(title: string, content: Html): string {
  return html`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title><style>${{ markup: STYLE }}</style></head><body>${content}</body></html>`
    .markup;
}

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

const STYLE = `:root{color-scheme:light dark;--fg:#1f2328;--quiet:#59636e;--line:#d1d9e0;--soft:#f6f8fa;--page:#fff;--link:#0969da;--go:#1f883d;--note:#ddf4ff}
@media(prefers-color-scheme:dark){:root{--fg:#f0f6fc;--quiet:#9198a1;--line:#3d444d;--soft:#151b23;--page:#0d1117;--link:#4493f8;--go:#238636;--note:#121d2f}}
*{box-sizing:border-box}body{font:15px/1.5 system-ui,sans-serif;margin:0 auto;max-width:62rem;padding:1rem;color:var(--fg);background:var(--page)}
a{color:var(--link);text-decoration:none}a:hover{text-decoration:underline}h1{font-size:1.6rem;margin:.6rem 0}h2{font-size:1.15rem;margin:1rem 0 .5rem}h3,h4{margin:1rem 0 .3rem}
header{border-bottom:1px solid var(--line);padding-bottom:.6rem;margin-bottom:1rem}nav{display:flex;flex-wrap:wrap;gap:.4rem;align-items:center}nav>a{font-weight:600;margin-right:auto}
.state{border-radius:1rem;color:#fff;background:#59636e;padding:.1rem .6rem;font-size:.85em;white-space:nowrap}.open{background:#1f883d}.merged{background:#8250df}.closed{background:#cf222e}
.label{border:1px solid var(--line);border-radius:1rem;padding:0 .5rem;font-size:.85em;white-space:nowrap}.quiet{color:var(--quiet);font-size:.9em}
.face{display:inline-block;width:1.7em;height:1.7em;line-height:1.7em;border-radius:50%;color:#fff;text-align:center;font-weight:600;font-size:.85em;margin-right:.4em}
article,.box{border:1px solid var(--line);border-radius:.4rem;margin:.8rem 0;overflow:hidden}article>.by{background:var(--soft);border-bottom:1px solid var(--line);padding:.4rem .8rem;margin:0}
.said,.box>*{padding:.1rem .8rem}.box>p,.box>li{margin:0;padding:.5rem .8rem}ul.box{list-style:none;padding:0}ul.box>li+li{border-top:1px solid var(--line)}.note{background:var(--note);padding:.2rem .8rem}.note ol,.note ul{padding-left:2.2rem}
.event{color:var(--quiet);font-size:.9em;margin:.5rem 0 .5rem .9rem}.event::before{content:"• "}.reactions{margin:.2rem 0 0 .8rem}
pre{background:var(--soft);overflow:auto;padding:.6rem;border-radius:.3rem;font-size:.85em}code{background:var(--soft);padding:.1em .3em;border-radius:.3rem;font-size:.88em}pre code{padding:0;font-size:1em}
textarea,input{font:inherit;color:inherit;background:var(--page);border:1px solid var(--line);border-radius:.3rem;padding:.3rem .5rem}textarea{display:block;width:100%;height:5rem;margin:.3rem 0}
button,select{font:inherit;color:inherit;background:var(--soft);border:1px solid var(--line);border-radius:.3rem;padding:.2rem .7rem;cursor:pointer}button.go{background:var(--go);color:#fff}button.me{border-color:var(--go);font-weight:600}
table{border-collapse:collapse;display:block;overflow:auto}td,th{border:1px solid var(--line);padding:.25rem .6rem;text-align:left}form{display:inline-block;margin:.2rem .3rem .2rem 0}
form.wide{display:block}.wrong{background:#ffebe9;color:#1f2328;padding:.5rem;border-radius:.3rem}details{margin:.3rem 0}summary{cursor:pointer}.add{color:#1a7f37}.del{color:#cf222e}`;

export function document(title: string, content: Html): string {
  return html`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><style>${{ markup: STYLE }}</style></head><body>${content}</body></html>`
    .markup;
}

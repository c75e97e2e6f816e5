/** Names of hosts, in the one form in which they are compared. */

/** In lower case, without the dot at its end; `null`: it is no name, or it is an address in any spelling. */
export function hostName(text: string): string | null {
  if (text.length > LONGEST || /[\s:/\\?#@%[\]]/.test(text)) return null;
  const name = URL.parse(`https://${text}`)?.hostname.replace(/\.$/, '') ?? '';
  return NAME.test(name) && !IPV4.test(name) ? name : null;
}

const LONGEST = 1_000;
const NAME = /^(?=.{1,253}$)[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/;

/** Every spelling of an IPv4 address, such as `0x7f.1`, has become this one. */
const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;

/** `name:port` of a text that is `name` (port 443) or `name:port`; `null`: it is neither. */
export function hostGrant(text: string): string | null {
  const [, name = '', port = '443'] = /^([^:]*)(?::(\d{1,5}))?$/.exec(text) ?? [];
  const host = hostName(name);
  const number = Number(port);
  return host !== null && number >= 1 && number <= 65_535 ? `${host}:${number}` : null;
}

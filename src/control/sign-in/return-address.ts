/** Where somebody goes on once they are signed in: a page of the console, and nowhere else. */

export const HOME = '/console/';
const LONGEST = 1_000;

/** `wanted`: a path below ours, as somebody's link has it; what is no page of the console leads home. */
export function returnAddress(wanted: string | null): string {
  if (wanted === null || wanted.length > LONGEST) return HOME;
  // Neither another host (`//`, `\`) nor a folder above, however a browser reads it.
  if (!/^\/console\/[\w\-./~%@:]*(\?[\w\-./~%@:=&+,]*)?(#[\w\-./~%=&]*)?$/.test(wanted))
    return HOME;
  const { pathname } = new URL(wanted, 'http://gatehouse.invalid');
  return pathname.startsWith(HOME) && !wanted.includes('//') ? wanted : HOME;
}

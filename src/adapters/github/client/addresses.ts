/** Where a GitHub answers: github.com, GHE.com with a subdomain for each enterprise, or a server of one's own. */

/** The address of the REST API of the GitHub whose pages are at `web`. */
export function restUrl(web: string): string {
  const { protocol, host } = new URL(web);
  return host === 'github.com' || /^[\w-]+\.ghe\.com$/.test(host)
    ? `${protocol}//api.${host}`
    : `${protocol}//${host}/api/v3`;
}

/** What the provider may make of the files in a request, of which the size of the request says little. */

/** Pages, or a sound, however few bytes they are: as many tokens as a usual model takes. */
const OF_DOCUMENT = 200_000;
/** As many as the largest models take. */
const MOST_OF_DOCUMENTS = 1_000_000;
/** A large picture in detail. */
const OF_IMAGE = 5_000;

/** As requests name them that were written as JSON without white space. */
const ATTACHED =
  /"(?:(?<file>file_data":"|input_audio":\{)|(?:image_url|url)":"data:|(?:media_type|mimeType)":"(?:(?<page>application\/pdf|audio\/)|image\/))/gi;

/** The tokens besides those of its text, as an estimate that is high on purpose. @foreign */
export function attachedTokens(asked: string): number {
  let documents = 0;
  let images = 0;
  for (const { groups } of asked.matchAll(ATTACHED)) {
    if (groups?.file ?? groups?.page) documents += 1;
    else images += 1;
  }
  return Math.min(documents * OF_DOCUMENT, MOST_OF_DOCUMENTS) + images * OF_IMAGE;
}

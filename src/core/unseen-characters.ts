/** Characters that people do not see, or that turn the direction in which they read. */

export const BIDI = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
/** Zero-width and other invisible characters, except a joiner in an emoji and a leading BOM. */
export const INVISIBLE =
  /(?<!\p{Extended_Pictographic}\ufe0f?|\p{Emoji_Modifier})\u200d|[\u00ad\u180e\u200b\u200c\u2060-\u2064\u{e0000}-\u{e007f}]|(?<!^)\ufeff/u;

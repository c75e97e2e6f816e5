/** Characters that people do not see, or that turn the direction in which they read. */

export const BIDI = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
/**
 * Zero-width and other invisible characters, except a joiner in an emoji, a selector behind a character
 * that has several looks, and a leading BOM.
 */
export const INVISIBLE =
  /(?<!\p{Extended_Pictographic}\ufe0f?|\p{Emoji_Modifier})\u200d|(?![\ufe00-\ufe0f]|[\u200d\ufeff]|[\u{e0100}-\u{e01ef}])\p{Default_Ignorable_Code_Point}|(?<=[\ufe00-\ufe0f])[\ufe00-\ufe0f]|(?<!\p{Script=Han})[\u{e0100}-\u{e01ef}]|(?<!^)\ufeff/u;

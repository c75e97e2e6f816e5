/** Ways in which a secret may be written, other than plainly. */

export const ENCODINGS: Record<string, (secret: string) => string> = {
  plain: secret => secret,
  base64: secret => Buffer.from(`user:${secret}`).toString('base64'),
  base64url: secret => Buffer.from(`u:${secret}`).toString('base64url'),
  hexadecimal: secret => Buffer.from(secret).toString('hex'),
  'percent-encoded': secret => Buffer.from(secret).toString('hex').replace(/../g, '%$&'),
  'escaped in JSON': secret =>
    [...secret].map(each => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
  reversed: secret => [...secret].reverse().join(''),
  'zero-width characters': secret => secret.replace(/.{7}/g, '$&\u200b'),
  'escape codes': secret => secret.replace(/.{7}/g, '$&\u001b[1m'),
  'over lines': secret => `${secret.slice(0, 9)}\n${secret.slice(9)}`,
};

/** The JSON lines of an answer, each handed on as it comes. */
export async function eachLine<T>(
  body: NonNullable<Response['body']>,
  told: (line: T) => void,
): Promise<void> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (rest + value).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) told(JSON.parse(line));
  }
}

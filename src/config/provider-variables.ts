/** What the settings need of a row of the table of providers (`src/compose/agents/providers.ts`). */
export type ProviderVariables = {
  /** The provider, as profiles and policies name it. */
  name: string;
  /** What the names of its variables begin with: OPENAI makes OPENAI_API_KEY and OPENAI_BASE_URL. */
  prefix: string;
  /** What its users call the credential, where that is no API_KEY: OAUTH_TOKEN makes CLAUDE_CODE_OAUTH_TOKEN. */
  credential?: string;
  /** The provider that is called otherwise: both credentials at once would leave open who pays. */
  insteadOf?: string;
  /**
   * Where its API answers unless the environment says otherwise, without the API's path; `null`: it is an
   * endpoint of the operator's own, used where its address is given, and a key is needed only if it wants one.
   */
  upstream: string | null;
  /** How its credentials begin, and what people call them, where no other provider's begin so. */
  form?: { begins: RegExp; words: string };
  /** Other names by which programs take its credential, which Gatehouse does not read. */
  otherNames?: readonly string[];
};

/** `name` as OpenAI's is called without its prefix: API_KEY, BASE_URL. */
export const variable = (
  { prefix, credential = 'API_KEY' }: ProviderVariables,
  name: string,
): string => `${prefix}_${name.replace('API_KEY', credential)}`;

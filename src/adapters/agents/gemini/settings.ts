/** Gemini's settings and its own policy: our gateway is its provider, every tool asks, and nothing phones home. */

/**
 * It reads a file of this name below `~/.gemini`, and in each folder of the work tree as well. There,
 * `.gemini/` is masked, so that only ours is read.
 */
export const INSTRUCTIONS_FILE = '.gemini/instructions.md';

/** `gateway`: a provider that needs no key, because our gateway adds it. */
export const SETTINGS = {
  security: {
    auth: { selectedType: 'gateway' },
    // The folder is trusted by a flag; what the repository has for Gemini is masked.
    folderTrust: { enabled: true },
    disableYoloMode: true,
    disableAlwaysAllow: true,
  },
  general: {
    enableAutoUpdate: false,
    enableAutoUpdateNotification: false,
    // The engine decides when to try again.
    maxAttempts: 2,
    retryFetchErrors: false,
  },
  // A repository's `.env` is for its own programs.
  advanced: { ignoreLocalEnv: true },
  context: { fileName: INSTRUCTIONS_FILE },
  experimental: { enableAgents: false },
  hooksConfig: { enabled: false },
  // Both would be requests of their own, and its budget ends a run that repeats itself.
  model: { skipNextSpeakerCheck: true, disableLoopDetection: true },
  privacy: { usageStatisticsEnabled: false },
  skills: { enabled: false },
  telemetry: { enabled: false },
  tools: { useRipgrep: false },
} as const;

/**
 * A rule of a file that is named on the command line outranks Gemini's own. What acts through Google
 * or through a second agent would pass by the questions, so it is denied.
 */
export const POLICY = `[[rule]]
toolName = "*"
decision = "ask_user"
priority = 100

[[rule]]
toolName = ["update_topic", "write_todos", "complete_task"]
decision = "allow"
priority = 200

[[rule]]
toolName = [
  "google_web_search", "web_fetch", "invoke_agent", "ask_user", "enter_plan_mode", "exit_plan_mode",
  "save_memory", "activate_skill",
]
decision = "deny"
priority = 300
`;

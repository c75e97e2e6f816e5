/**
 * The script of the sandbox's first process. It forwards the gateway's port, reports that it is
 * ready, waits for "go", sets its limits and becomes the agent by `exec`. Where "go" never comes,
 * because Gatehouse died meanwhile, nothing runs.
 */

/** Inherited descriptors: the script writes "ready" to the one and reads "go" from the other. */
export const READY_FD = 4;
export const GO_FD = 5;

const ENTRY = 'GATEHOUSE_ENTRY';

/** The variables that bring the script its arguments: one for each, and one that makes them its own and is gone. */
export function entryVariables(args: string[]): Record<string, string> {
  const names = args.map((_, at) => `${ENTRY}_${at}`);
  const take = `set -- ${names.map(name => `"$${name}"`).join(' ')}; unset ${ENTRY} ${names.join(' ')}`;
  return Object.fromEntries([[ENTRY, take], ...args.map((arg, at) => [names[at], arg])]);
}

/** The line of /proc/net/tcp for a socket that listens on 127.0.0.1:8787 (hexadecimal 2253). */
const LISTENING = '*" 0100007F:2253 "*" 0A "*';

/**
 * The script's arguments: "gateway" or "isolated", the library path of an unpacked socat, socat's path,
 * how many processes there may be, and the command. They come in variables, because bubblewrap is started
 * before they are known. socat's `-t 3600` keeps a connection open for a response that comes long after
 * the request was sent whole. The limits are set by the shell itself, because starting a program for that
 * takes longer; what bash calls `-u` is `-p` in dash.
 */
export const ENTRY_SCRIPT = `
eval "$${ENTRY}"
if [ "$1" = gateway ]; then
  LD_LIBRARY_PATH="$2" "$3" -t 3600 TCP-LISTEN:8787,bind=127.0.0.1,reuseaddr,backlog=128,fork UNIX-CONNECT:/run/gw/gw.sock >/dev/null 2>&1 ${READY_FD}>&- ${GO_FD}<&- &
  # Only shell built-ins are used here: starting a program would take longer than socat needs.
  listening() {
    while read -r line; do case $line in ${LISTENING}) return 0 ;; esac; done < /proc/net/tcp
    return 1
  }
  until listening; do
    kill -0 $! 2>/dev/null || { echo 'socat, which forwards the port of the gateway, ended at its start' >&2; exit 1; }
  done
fi
processes=$4
shift 4
echo ready >&${READY_FD}
exec ${READY_FD}>&-
read -r go <&${GO_FD} && [ "$go" = go ] || exit 1
exec ${GO_FD}<&-
ulimit -u "$processes" 2>/dev/null || ulimit -p "$processes" || exit 1
# A core file would contain the agent's memory with its prompts.
ulimit -c 0 || exit 1
exec "$@"
`;

/** Names that a shell passes on to the program that it becomes. */
const SHELL_NAME = /^[A-Za-z_]\w*$/;

/** The argv with what of its environment the script would drop, such as `npm_config_@acme:registry`. */
export function withOddNames(env: Readonly<Record<string, string>>, argv: string[]): string[] {
  const odd = Object.entries(env).filter(([name]) => !SHELL_NAME.test(name));
  if (odd.length === 0) return argv;
  return ['/usr/bin/env', ...odd.map(([name, value]) => `${name}=${value}`), ...argv];
}

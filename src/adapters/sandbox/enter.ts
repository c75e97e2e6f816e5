/**
 * The first process inside the walls: opens the gateway's door, says that it is ready, waits for
 * the word to go, takes its limits on and becomes the agent. Where the word never comes (we died
 * meanwhile), nothing runs.
 */
import type { Limits } from '../../engine/ports/sandbox.ts';

/** Inherited descriptors that the script below names. */
export const READY = 4;
export const GO = 5;

/** 8787 in hexadecimal, on 127.0.0.1, listening: as /proc/net/tcp writes it. */
const LISTENING = '*" 0100007F:2253 "*" 0A "*';

/**
 * `$1`: "door" or "wall"; `$2`: library path of an unpacked socat; `$3`: socat; the rest: the
 * limits' command. `-t`: an answer may come long after the question's end.
 */
export const ENTER_SCRIPT = `
if [ "$1" = door ]; then
  LD_LIBRARY_PATH="$2" "$3" -t 3600 TCP-LISTEN:8787,bind=127.0.0.1,reuseaddr,backlog=128,fork UNIX-CONNECT:/run/gw/gw.sock >/dev/null 2>&1 ${READY}>&- ${GO}<&- &
  # No program is started to look: that would take longer than the door.
  listening() {
    while read -r line; do case $line in ${LISTENING}) return 0 ;; esac; done < /proc/net/tcp
    return 1
  }
  until listening; do
    kill -0 $! 2>/dev/null || { echo 'the door to the gateway did not open' >&2; exit 1; }
  done
fi
shift 3
echo ready >&${READY}
exec ${READY}>&-
read -r go <&${GO} || exit 1
exec ${GO}<&-
exec "$@"
`;

/** `prlimit` and its arguments, in front of the agent's own argv. */
export function limited(prlimit: string, limits: Limits, argv: string[]): string[] {
  return [
    prlimit,
    `--nproc=${limits.processes}:${limits.processes}`,
    // A core file would hold the agent's memory, prompts and all.
    '--core=0:0',
    '--',
    ...argv,
  ];
}

/** The API, put together of the engine's parts. */
import type { Config } from '../../config.ts';
import { type Api, createApi } from '../../control/application.ts';
import { createAnchorsSeen } from '../../control/audit/anchors-seen.ts';
import { authenticateCalls, authenticateReads } from '../../control/authenticate.ts';
import type { AskDoctor, ControlServices } from '../../control/control-services.ts';
import { ENDPOINTS } from '../../control/endpoints.ts';
import { createWhoAsks, type SessionViewer } from '../../control/who-asks.ts';
import type { SeenBy } from '../../engine/access/seen.ts';
import { createReadJson } from './read-json.ts';

export function openApi(
  config: Pick<Config, 'hooks'>,
  deps: Omit<ControlServices, 'seenBy' | 'doctor' | 'anchorsSeen'>,
  people: { session: SessionViewer; seenBy: SeenBy | null; publicUrl: () => string | null },
  doctor: AskDoctor | null = null,
): Api {
  const { machineTokens, quotas, taskPages } = deps;
  const limits = config.hooks;
  const calls = authenticateCalls({ machineTokens, quotas, limits });
  const tokens = { reads: authenticateReads(machineTokens, limits), calls };
  return createApi({
    services: {
      ...deps,
      seenBy: people.seenBy,
      doctor,
      anchorsSeen: createAnchorsSeen(deps.github.record, deps.clock),
    },
    endpoints: ENDPOINTS,
    whoAsks: createWhoAsks({ tokens, session: people.session, taskPages }),
    readJson: createReadJson(),
    publicUrl: people.publicUrl,
  });
}

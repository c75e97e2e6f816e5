/** What happened last in a backlog, in words for people. */
import { steeredBy } from '../actor.ts';
import type { BacklogEvent } from './events.ts';

/** `null`: it is about a surface or an effect, which is no news. */
export function lastWords(event: BacklogEvent): string | null {
  switch (event.type) {
    case 'backlog.created':
      return 'the plan was read';
    case 'backlog.started':
      return event.data.by ? `${event.data.by.login} said yes to the plan` : 'work began';
    case 'backlog.paused':
      return `${steeredBy(event.data.by)} paused it`;
    case 'backlog.resumed':
      return `${steeredBy(event.data.by)} resumed it`;
    case 'backlog.canceled':
      return `${steeredBy(event.data.by)} canceled it`;
    case 'item.queued':
      return `${event.data.item} was started`;
    case 'item.started':
      return `${event.data.item} is worked on`;
    case 'item.refused':
      return `${event.data.item} could not be started`;
    case 'item.progressed':
      return `${event.data.item}: ${event.data.phase}`;
    case 'item.ended':
      return `${event.data.item} ended: ${event.data.end.commit ? 'merged' : event.data.end.outcome}`;
    case 'item.retried':
      return `${steeredBy(event.data.by)} had ${event.data.item} tried again`;
    case 'item.canceled':
      return `${steeredBy(event.data.by)} canceled ${event.data.item}`;
    case 'backlog.finished':
      return event.data.outcome === 'success' ? 'all of it is done' : 'it ended canceled';
    default:
      return null;
  }
}

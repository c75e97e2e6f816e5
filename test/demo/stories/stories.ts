/** The walks that `npm run demo -- --scenario NAME` plays. */
import type { Story } from './story.ts';

export type Listed = { about: string; open: () => Promise<Story> };

export const STORIES: Readonly<Record<string, Listed>> = {
  command: {
    about:
      'Commands in comments: refused, explained, paused, resumed, canceled within two seconds.',
    open: async () => (await import('./command.ts')).command,
  },
  'ci-fails': {
    about: "A check of a person's pull request fails, and is turned green on its branch.",
    open: async () => (await import('./ci-fails.ts')).ciFails,
  },
  review: {
    about: 'A review asks for changes; each of its threads is answered.',
    open: async () => (await import('./review.ts')).review,
  },
  triage: {
    about: 'A stranger opens an issue; it is read, labelled and answered.',
    open: async () => (await import('./triage.ts')).triage,
  },
  plan: {
    about: 'A plan is accepted by a person, and worked until it is merged.',
    open: async () => (await import('./plan.ts')).plan,
  },
  deploy: {
    about: 'A preview is looked at, the change is merged, and staging is deployed and accepted.',
    open: async () => (await import('./deploy.ts')).openDeploy(),
  },
  backlog: {
    about:
      'A dozen tasks are worked, four at a time, until all are merged; Gatehouse is killed once.',
    open: async () => (await import('./backlog.ts')).backlogOf(1),
  },
  hooks: {
    about: 'A hook with a fault is refused; others add steps to a task, and start three in a row.',
    open: async () => (await import('./hooks.ts')).hooks,
  },
  schedule: {
    about: 'The repository has work done on a schedule.',
    open: async () => (await import('./schedule.ts')).schedule,
  },
  call: {
    about: 'Another system calls over HTTP; Gatehouse is killed, and the work goes on.',
    open: async () => (await import('./call.ts')).call,
  },
};

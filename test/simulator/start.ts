import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadContract } from './contract/validate.ts';
import { assertNone, type Violation } from './contract/violations.ts';
import { createFaults, type Faults } from './faults.ts';
import { installHooks } from './git/storage.ts';
import type { GitHub } from './github.ts';
import { together } from './latency.ts';
import { nodeId } from './present/links.ts';
import { requestAction } from './rest/checks.ts';
import type { CountedRequest } from './rest/counted.ts';
import { createLimits, type LimitSettings } from './rest/limits.ts';
import { listen } from './server.ts';
import type { Delivery } from './webhooks/deliver.ts';
import { emitAuthorizationRevoked, emitPing } from './webhooks/emit.ts';
import * as accounts from './world/accounts.ts';
import {
  type App,
  createApp,
  type Installation,
  type NewApp,
  type Permissions,
} from './world/apps.ts';
import { answerDevice, authorize, endAuthorization } from './world/authorizations.ts';
import * as build from './world/build.ts';
import { ciApp, type ReportedCheck, reportCheckRun, reportStatus } from './world/ci.ts';
import * as deployments from './world/deployments.ts';
import * as installations from './world/installations.ts';
import { makeMergeGroup } from './world/merge-queue.ts';
import * as moves from './world/moves.ts';
import { isPullRequest, type MergeMethod } from './world/pulls.ts';
import {
  findRepository,
  fullName,
  type MergeTexts,
  type Repository,
  repositoryById,
} from './world/repositories.ts';
import type { Role } from './world/roles.ts';
import { stackPulls } from './world/stacks.ts';
import * as workflowRuns from './world/workflow-runs.ts';
import { emptyWorld } from './world/world.ts';

export interface StartOptions {
  readonly port?: number;
  /** The address to listen on; loopback unless given. */
  readonly host?: string;
  /** Where the repositories are; a directory of its own, gone at close, unless given. */
  readonly dataDir?: string;
  readonly log?: (line: string) => void;
  readonly limits?: Partial<LimitSettings>;
  /** How long each answer to an App is on its way, in milliseconds; none unless given. */
  readonly latencyMs?: number;
  /** As an Enterprise Server may be: nobody is shown anything who does not sign in. */
  readonly privateMode?: boolean;
}

/** A repository as its maker knows it. Methods also take `owner/name`. */
export interface RepositoryHandle {
  readonly id: number;
  readonly fullName: string;
  readonly owner: string;
  readonly name: string;
  readonly defaultBranch: string;
  /** The bare repository on disk. */
  readonly directory: string;
  readonly cloneUrl: string;
}

type RepositoryName = string | { readonly id: number };

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  // The contract has checked it: callers know what they asked for.
  // biome-ignore lint/suspicious/noExplicitAny: the shape depends on the operation asked
  readonly data: any;
}

/** Acts by the REST API with one token. */
export interface ApiClient {
  request(method: string, path: string, body?: unknown): Promise<ApiAnswer>;
}

export type LocalGitHub = Awaited<ReturnType<typeof startGitHub>>;

export async function startGitHub(options: StartOptions = {}) {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'local-github-')));
  // The world is in memory: repositories that an earlier run left belong to nobody.
  await rm(join(dataDir, 'repositories'), { recursive: true, force: true });
  await mkdir(join(dataDir, 'repositories'), { recursive: true });
  await installHooks(join(dataDir, 'hooks'));
  const { server, url, serve } = await listen(options.port ?? 0, options.host);
  const closing = new AbortController();
  const pending = new Set<Promise<unknown>>();
  let clockOffset = 0;
  let lastId = 1_000;

  const github: GitHub = {
    url,
    dataDir,
    world: emptyWorld(),
    contract: loadContract(),
    violations: [],
    faults: createFaults(),
    limits: createLimits(options.limits),
    requests: [],
    deliveries: [],
    deliveryLog: { lagMs: 0 },
    latency: { ms: options.latencyMs ?? 0, together: null },
    log: options.log ?? (() => {}),
    privateMode: options.privateMode ?? false,
    note: '',
    signInLinks: new Map(),
    closing: closing.signal,
    nextId: () => ++lastId,
    now: () => new Date(Date.now() + clockOffset),
    timestamp: () => `${github.now().toISOString().slice(0, 19)}Z`,
    background(work) {
      const settled = work
        .catch(error => github.log(`background: ${error}`))
        .finally(() => pending.delete(settled));
      pending.add(settled);
    },
  };
  const committer = accounts.webFlow(github.timestamp());
  github.world.accounts.set(committer.id, committer);
  serve(github);

  function repositoryOf(name: RepositoryName): Repository {
    if (typeof name !== 'string') return repositoryById(github, name.id);
    const [owner = '', repo = ''] = name.split('/');
    const repository = findRepository(github, owner, repo);
    if (!repository) throw new Error(`no repository ${name}`);
    return repository;
  }

  function handle(repository: Repository): RepositoryHandle {
    const name = fullName(github, repository);
    return {
      id: repository.id,
      fullName: name,
      owner: name.split('/')[0] ?? '',
      name: repository.name,
      defaultBranch: repository.defaultBranch,
      directory: repository.directory,
      cloneUrl: `${url}/${name}.git`,
    };
  }

  /** What the pages of GitHub do that REST can't. */
  async function mutate(
    user: { readonly token: string },
    mutation: string,
    argument: string,
    id: string,
  ): Promise<{ errors?: { message: string }[] }> {
    const query = `mutation ($id: ID!) { ${mutation}(input: { ${argument}: $id }) { clientMutationId } }`;
    const answer = await fetch(`${github.url}/api/graphql`, {
      method: 'POST',
      headers: { authorization: `token ${user.token}` },
      body: JSON.stringify({ query, variables: { id } }),
    });
    return answer.json() as Promise<{ errors?: { message: string }[] }>;
  }

  function as(user: { readonly token: string }): ApiClient {
    return {
      async request(method, path, body) {
        const response = await fetch(`${url}/api/v3${path}`, {
          method,
          headers: {
            authorization: `Bearer ${user.token}`,
            accept: 'application/vnd.github+json',
            'user-agent': 'local',
          },
          ...(body !== undefined && { body: JSON.stringify(body) }),
        });
        const text = await response.text();
        const json = response.headers.get('content-type')?.includes('json');
        return {
          status: response.status,
          headers: response.headers,
          data: json ? JSON.parse(text) : text,
        };
      },
    };
  }

  return {
    url,
    /** For GHE_HOST. */
    host: new URL(url).host,
    dataDir,
    faults: github.faults as Pick<Faults, 'api' | 'webhooks' | 'clear'>,

    createUser: (login: string, user: { name?: string } = {}) =>
      accounts.createUser(github, login, user),
    createOrganization: (login: string, owner?: accounts.Account) =>
      accounts.createOrganization(github, login, owner),
    addMember(
      organization: accounts.Account,
      user: accounts.Account,
      role: 'admin' | 'member' = 'member',
    ) {
      organization.members.set(user.id, role);
    },
    addTeam: (organization: accounts.Account, slug: string, members: readonly accounts.Account[]) =>
      accounts.addTeam(github, organization, slug, members),
    removeTeamMember: (team: accounts.Team, user: accounts.Account) =>
      void team.members.delete(user.id),
    grantTeam: (repository: RepositoryName, team: accounts.Team, role: Role) =>
      void repositoryOf(repository).teams.set(team.id, role),
    /** The same person or organization under another name; the old one is free for somebody else. */
    renameAccount: (account: accounts.Account, login: string) =>
      moves.renameAccount(github, account, login),

    createRepository: async (repository: build.NewRepository) =>
      handle(await build.createRepository(github, repository)),
    renameRepository: (repository: RepositoryName, name: string) =>
      moves.renameRepository(github, repositoryOf(repository), name),
    /** Returns its number there. */
    transferIssue: (from: RepositoryName, number: number, into: RepositoryName) =>
      moves.transferIssue(github, repositoryOf(from), number, repositoryOf(into)),
    deleteIssue: (repository: RepositoryName, number: number) =>
      moves.deleteIssue(repositoryOf(repository), number),
    deleteRepository: (repository: RepositoryName) =>
      moves.deleteRepository(github, repositoryOf(repository)),
    transferRepository: (repository: RepositoryName, owner: accounts.Account) =>
      moves.transferRepository(github, repositoryOf(repository), owner),
    renameBranch: (repository: RepositoryName, from: string, to: string) =>
      moves.renameBranch(github, repositoryOf(repository), from, to),
    setDefaultBranch: (repository: RepositoryName, branch: string) =>
      moves.setDefaultBranch(github, repositoryOf(repository), branch),
    forkRepository: async (repository: RepositoryName, owner: accounts.Account) =>
      handle(await build.forkRepository(github, repositoryOf(repository), owner)),
    push: (repository: RepositoryName, push: build.NewPush) =>
      build.push(github, repositoryOf(repository), push),
    addCollaborator: (repository: RepositoryName, user: accounts.Account, role: Role) =>
      build.setRole(github, repositoryOf(repository), user, role),
    removeCollaborator: (repository: RepositoryName, user: accounts.Account) =>
      build.setRole(github, repositoryOf(repository), user, null),
    setMilestone: (repository: RepositoryName, number: number, title: string) =>
      build.setMilestone(github, repositoryOf(repository), number, title),
    protectBranch: (
      repository: RepositoryName,
      branch: string,
      protection: build.Protection | null,
    ) => build.protect(repositoryOf(repository), branch, protection),
    switchSigning(on: boolean) {
      github.world.signsCommits = on;
    },
    /** By a ruleset, on every branch whose name begins like this. */
    requireSignatures(repository: RepositoryName, prefix: string | null) {
      repositoryOf(repository).signedPrefix = prefix;
    },
    /** Only pull requests are left then, which are no less issues. */
    switchIssues(repository: RepositoryName, on: boolean) {
      repositoryOf(repository).hasIssues = on;
    },
    /** The ways to merge that the repository's settings allow. */
    allowMergeMethods(repository: RepositoryName, methods: readonly MergeMethod[]) {
      repositoryOf(repository).mergeMethods = methods;
    },
    /** The repository's settings let people have GitHub merge once nothing stands in the way. */
    allowAutoMerge(repository: RepositoryName) {
      repositoryOf(repository).allowsAutoMerge = true;
    },
    setMergeTexts(repository: RepositoryName, texts: MergeTexts) {
      repositoryOf(repository).mergeTexts = texts;
    },
    /** Pull requests that are merged together with those below them, from the bottom. */
    stackPulls: (repository: RepositoryName, numbers: readonly number[]) =>
      stackPulls(github, repositoryOf(repository), numbers),
    /** Requests to merge in the background are taken and not carried out, until what this returns is called. */
    holdMerges(repository: RepositoryName): () => void {
      const { promise, resolve } = Promise.withResolvers<void>();
      repositoryOf(repository).mergesHeld = promise;
      return resolve;
    },
    /** Resolves once a merge in the background has been asked for. */
    async mergeAsked(repository: RepositoryName, number: number) {
      while (!repositoryOf(repository).issues.get(number)?.pull?.mergeRequests.length)
        await new Promise(resolve => setImmediate(resolve));
    },
    /** Off: as an Enterprise Server, whose pull requests are not merged in the background. */
    switchAsyncMerges(on: boolean) {
      github.world.mergesAsync = on;
    },
    /** Off: as an older Enterprise Server, whose dispatches do not say which run they became. */
    switchDispatchedRuns(on: boolean) {
      github.world.tellsDispatchedRun = on;
    },
    archiveRepository(repository: RepositoryName, archived = true) {
      moves.archiveRepository(github, repositoryOf(repository), archived);
    },

    /** Every App, as it stands. */
    apps: (): readonly App[] => [...github.world.apps.values()],
    createApp(app: NewApp): App {
      const created = createApp(github, app);
      if (created.webhookUrl) emitPing(github, created.id);
      return created;
    },
    installApp: (
      app: { readonly id: number },
      owner: accounts.Account,
      repositories: readonly RepositoryName[] | 'all' = 'all',
    ) =>
      installations.install(
        github,
        appOf(github, app.id),
        owner,
        repositories === 'all' ? 'all' : repositories.map(repositoryOf),
      ),
    uninstallApp: (installation: Installation) => installations.uninstall(github, installation),
    suspendInstallation: (installation: Installation, suspended: boolean) =>
      installations.suspend(github, installation, suspended),
    acceptPermissions: (installation: Installation, permissions: Permissions) =>
      installations.acceptPermissions(github, installation, permissions),
    lowerPermissions: (installation: Installation, permissions: Permissions) =>
      installations.lowerPermissions(github, installation, permissions),
    selectRepositories: (installation: Installation, repositories: readonly RepositoryName[]) =>
      installations.selectRepositories(github, installation, repositories.map(repositoryOf)),

    reportCheckRun: (repository: RepositoryName, check: ReportedCheck) =>
      reportCheckRun(github, repositoryOf(repository), check),
    /** An App that reports checks, installed nowhere else. */
    ciApp: (slug: string) => ciApp(github, slug),
    /** The merge queue takes up a pull request. Returns the commit that is to be checked. */
    makeMergeGroup(repository: RepositoryName, number: number, by: accounts.Account) {
      const found = repositoryOf(repository);
      const issue = found.issues.get(number);
      if (!issue || !isPullRequest(issue)) throw new Error(`no pull request ${number}`);
      return makeMergeGroup(github, found, issue, by);
    },
    /** A person presses "Merge when ready" where the base requires the merge queue. */
    enqueuePull: (user: accounts.User, pullRequestId: string) =>
      mutate(user, 'enqueuePullRequest', 'pullRequestId', pullRequestId),
    /** A person presses "Remove from queue". */
    dequeuePull: (user: accounts.User, pullRequestId: string) =>
      mutate(user, 'dequeuePullRequest', 'id', pullRequestId),
    /** A person presses "Enable auto-merge". */
    enableAutoMerge: (user: accounts.User, pullRequestId: string) =>
      mutate(user, 'enablePullRequestAutoMerge', 'pullRequestId', pullRequestId),
    /** A person presses "Resolve conversation" on each conversation of a pull request. */
    async resolveConversations(user: accounts.User, repository: RepositoryName, number: number) {
      const comments = repositoryOf(repository).issues.get(number)?.pull?.reviewComments ?? [];
      for (const { id, inReplyTo } of comments)
        if (inReplyTo === null)
          await mutate(user, 'resolveReviewThread', 'threadId', nodeId('PRRT', id));
    },
    /** A person presses "Convert to draft", or "Ready for review". */
    convertPull: (user: accounts.User, pullRequestId: string, draft: boolean) =>
      mutate(
        user,
        draft ? 'convertPullRequestToDraft' : 'markPullRequestReadyForReview',
        'pullRequestId',
        pullRequestId,
      ),
    reportStatus: (repository: RepositoryName, status: Parameters<typeof reportStatus>[2]) =>
      reportStatus(github, repositoryOf(repository), status),
    /** The deployments of a repository, oldest first. */
    deployments: (repository: RepositoryName) => repositoryOf(repository).deployments,
    workflowRuns: (repository: RepositoryName) => repositoryOf(repository).workflowRuns,
    /** Somebody deploys without us: a preview, or by hand. */
    deploy: (
      repository: RepositoryName,
      given: deployments.NewDeployment,
      sender: accounts.Account,
    ) =>
      deployments.addDeployment(github, repositoryOf(repository), given, { sender, appId: null }),
    /** Whoever deploys says how far it is. */
    reportDeployment: (
      repository: RepositoryName,
      deployment: deployments.Deployment,
      said: Parameters<typeof deployments.addDeploymentStatus>[3],
    ) =>
      deployments.addDeploymentStatus(
        github,
        repositoryOf(repository),
        deployment,
        said,
        ciApp(github, 'github-actions').botUser,
      ),
    /** Actions begins a workflow on a commit, for an event. */
    startWorkflow: (
      repository: RepositoryName,
      given: Parameters<typeof workflowRuns.addWorkflowRun>[2],
    ) =>
      workflowRuns.addWorkflowRun(
        github,
        repositoryOf(repository),
        given,
        ciApp(github, 'github-actions').botUser,
      ),
    /** A job of it speaks by its check run. */
    reportJob: (
      repository: RepositoryName,
      run: workflowRuns.WorkflowRun,
      check: Parameters<typeof workflowRuns.reportJob>[3],
    ) => workflowRuns.reportJob(github, repositoryOf(repository), run, check),
    reportWorkflowRun: (
      repository: RepositoryName,
      run: workflowRuns.WorkflowRun,
      said: Pick<workflowRuns.WorkflowRun, 'status' | 'conclusion'>,
    ) =>
      workflowRuns.reportWorkflowRun(
        github,
        repositoryOf(repository),
        run,
        said,
        ciApp(github, 'github-actions').botUser,
      ),
    /** A job of a workflow is to deploy, and its environment asks Apps first. */
    askGate(
      repository: RepositoryName,
      given: deployments.NewDeployment & { readonly branch: string; readonly event?: string },
      sender: accounts.Account,
    ): workflowRuns.WorkflowRun {
      const found = repositoryOf(repository);
      const { branch, event = 'push', ...deployment } = given;
      const run = workflowRuns.addWorkflowRun(
        github,
        found,
        { path: '.github/workflows/deploy.yml', event, branch, sha: given.sha },
        sender,
      );
      const by = { sender: ciApp(github, 'github-actions').botUser, appId: null };
      const made = deployments.addDeployment(github, found, deployment, by);
      deployments.askGate(github, found, run, made, sender);
      return run;
    },
    /** A person presses a button of a check run. */
    async requestCheckAction(
      repository: RepositoryName,
      checkRunId: number,
      identifier: string,
      user: accounts.Account,
    ) {
      const found = repositoryOf(repository);
      const run = found.checkRuns.find(candidate => candidate.id === checkRunId);
      if (!run) throw new Error(`no check run ${checkRunId}`);
      await requestAction(
        { github, repository: found, actor: { kind: 'user', user } },
        run,
        identifier,
      );
    },

    as,
    /** An address for git with the credentials in it. */
    cloneUrl: (repository: RepositoryName, token: string) =>
      `${url.replace('://', `://x-access-token:${token}@`)}/${fullName(github, repositoryOf(repository))}.git`,
    /** Every request of an API client so far, and what it cost. */
    requests: (): readonly CountedRequest[] => github.requests,
    deliveries: (): readonly Delivery[] => github.deliveries,
    /** Deliveries show in the log so much later, as on GitHub's bad days. */
    delayDeliveryLog(ms: number) {
      github.deliveryLog.lagMs = ms;
    },
    /** How long each answer to an App is on its way from now on. */
    delayAnswers(ms: number) {
      github.latency.ms = ms;
    },
    /** Answers of these operations wait until each of them has been asked for: once. */
    answerTogether(...operations: string[]) {
      github.latency.together = together(operations);
    },
    /** What its pages say first, in Markdown. */
    say(note: string) {
      github.note = note;
    },
    /** A link, good once, that signs somebody in on its pages and leads on. */
    signInLink(user: accounts.Account, to: string): string {
      const code = randomBytes(16).toString('hex');
      github.signInLinks.set(code, { userId: user.id, to });
      return `${url}/_sign-in?code=${code}`;
    },
    /** Its owner changes how people sign in with it. */
    configureSignIn(
      app: { readonly id: number },
      settings: Partial<Pick<App, 'callbackUrls' | 'deviceFlow' | 'deviceInterval'>>,
    ) {
      Object.assign(appOf(github, app.id), settings);
    },
    /** A person lets an App act for them, so that it does not ask again. */
    authorizeApp: (app: { readonly id: number }, user: accounts.Account) =>
      authorize(github, app.id, user.id),
    /** A person types the code of a device into GitHub's page. */
    answerDevice: (userCode: string, user: accounts.Account | 'refused') =>
      answerDevice(github, userCode, user === 'refused' ? user : { userId: user.id }),
    /** A person takes back, in their settings, what an App may do for them. */
    revokeAuthorization(app: { readonly id: number }, user: accounts.Account) {
      endAuthorization(github, app.id, user.id);
      emitAuthorizationRevoked(github, app.id, user);
    },
    /** Moves GitHub's clock: tokens expire, limits pass. */
    advanceClock(ms: number) {
      clockOffset += ms;
    },
    /** Resolves when no webhook is on its way, nor any that its receipt has caused. */
    async idle() {
      while (pending.size) await Promise.all(pending);
    },
    violations: (): readonly Violation[] => github.violations,
    /** Takes the violations away, for a test that provoked them. */
    takeViolations: (): Violation[] => github.violations.splice(0),
    assertNoViolations: () => assertNone(github.violations),

    async close() {
      closing.abort();
      await Promise.all(pending);
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
      if (!options.dataDir) await rm(dataDir, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

function appOf(github: GitHub, id: number): App {
  const app = github.world.apps.get(id);
  if (!app) throw new Error(`no App ${id}`);
  return app;
}

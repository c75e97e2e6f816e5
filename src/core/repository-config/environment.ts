/** What a repository says of its environments: how each is deployed to, where it is reached, what must hold there. */
import { z } from 'zod';
import { chosenName } from '../chosen-name.ts';

/** What stands in braces stands for what is deployed. */
const PLACES = ['pull', 'commit', 'branch', 'environment'] as const;
/** Of an input, also the key of the deployment, by which its run is told from those of others. */
const INPUT_PLACES = [...PLACES, 'deployment'] as const;

const templateWith = (places: readonly string[]) =>
  z
    .string()
    .min(1)
    .max(1_000)
    .refine(
      text => [...text.matchAll(/\{(\w+)\}/g)].every(([, name = '']) => places.includes(name)),
      `may have only these in braces: ${places.map(place => `{${place}}`).join(', ')}`,
    );
const Template = templateWith(PLACES);

const isAddress = (text: string): boolean =>
  ['http:', 'https:'].includes(URL.parse(text.replaceAll(/[{}]/g, ''))?.protocol ?? '');

const Address = Template.refine(
  isAddress,
  'must be an address that begins with https:// or http://',
);

const HttpCriterion = z.strictObject({
  get: Template.refine(
    text => text.startsWith('/') || isAddress(text),
    'must begin with / or, as a whole address, with https:// or http://',
  ).describe('A path of the environment, or a whole address.'),
  status: z.number().int().min(100).max(599).default(200),
  json: z
    .json()
    .optional()
    .describe('What the answer must have, as JSON: of objects, what is written here; lists whole.'),
  schema: z
    .record(z.string(), z.json())
    .optional()
    .describe('A JSON Schema that the answer must match.'),
});

const MetricCriterion = z
  .strictObject({
    metric: z.string().min(1).max(1_000).describe('An instant query of Prometheus: one value.'),
    prometheus: Address.describe(
      'Where Prometheus answers, such as https://prometheus.example.com',
    ),
    above: z.number().optional(),
    below: z.number().optional(),
  })
  .refine(
    ({ above, below }) => above !== undefined || below !== undefined,
    'must say what the value has to be: `above`, `below` or both',
  );

const CommandCriterion = z.strictObject({
  command: chosenName(19, '-_').describe(
    'One of the commands above, which runs in the sandbox and must be green.',
  ),
});

export const Criterion = z.union([HttpCriterion, MetricCriterion, CommandCriterion]);
export type Criterion = z.infer<typeof Criterion>;
export type HttpCriterion = z.infer<typeof HttpCriterion>;
export type MetricCriterion = z.infer<typeof MetricCriterion>;

export const EnvironmentName = chosenName(19, '-_');

export const EnvironmentConfig = z
  .strictObject({
    on: z
      .enum(['pull_request', 'merge'])
      .optional()
      .describe(
        'When work of Gatehouse uses it: a preview of each pull request, or after the merge. Left out: only where a graph names it.',
      ),
    name: z.string().min(1).max(255).optional().describe('Its name on GitHub, where that differs.'),
    workflow: z
      .string()
      .regex(
        /^[A-Za-z0-9._-]{1,200}\.ya?ml$/,
        'must be the file name of a workflow, such as deploy.yml',
      )
      .optional()
      .describe(
        'The workflow that deploys, by workflow_dispatch. Left out: a GitHub deployment is created.',
      ),
    inputs: z
      .record(z.string().min(1).max(100), templateWith(INPUT_PLACES))
      .optional()
      .describe('The inputs of that workflow.'),
    url: Address.optional().describe(
      'Where it is reached. Left out: where its deployment says, as environment_url.',
    ),
    waitMinutes: z
      .number()
      .positive()
      .max(360)
      .optional()
      .describe('For how many minutes a deployment is waited for. Left out: 60.'),
    settleSeconds: z
      .number()
      .min(0)
      .max(900)
      .optional()
      .describe('For how many seconds what must hold is looked at again. Left out: 60.'),
    accept: z.array(Criterion).max(20).optional().describe('What must hold there.'),
  })
  .refine(
    ({ inputs, workflow }) => inputs === undefined || workflow !== undefined,
    'has `inputs`, which are those of a `workflow`: name that as well',
  );
export type EnvironmentConfig = z.infer<typeof EnvironmentConfig>;

export const Environments = z
  .record(EnvironmentName, EnvironmentConfig)
  .refine(all => Object.keys(all).length <= 10, 'has more than 10 environments');
export type Environments = z.infer<typeof Environments>;

const WAIT_MINUTES = 60;
const SETTLE_SECONDS = 60;

export const waitMs = ({ waitMinutes = WAIT_MINUTES }: EnvironmentConfig): number =>
  waitMinutes * 60_000;
export const settleMs = ({ settleSeconds = SETTLE_SECONDS }: EnvironmentConfig): number =>
  settleSeconds * 1_000;

/** Its name on GitHub, in policies and for people. */
export const environmentName = (key: string, { name = key }: EnvironmentConfig): string => name;

type Places = Readonly<Record<(typeof PLACES)[number], string>> & { readonly deployment?: string };

/** The text with what stands in braces put in; `encoded`: as part of an address. */
export const filled = (text: string, places: Places, encoded = false): string =>
  text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
    const place = INPUT_PLACES.find(known => known === name);
    const put = place && places[place];
    if (put === undefined) return whole;
    return encoded ? encodeURIComponent(put) : put;
  });

/** A criterion as people name it. */
export function criterionName(criterion: Criterion): string {
  if ('get' in criterion) return `GET ${criterion.get} answers ${criterion.status}`;
  if ('command' in criterion) return `the command ${criterion.command}`;
  const { metric, above, below } = criterion;
  const bounds = [
    ...(above === undefined ? [] : [`above ${above}`]),
    ...(below === undefined ? [] : [`below ${below}`]),
  ];
  return `${metric} is ${bounds.join(' and ')}`;
}

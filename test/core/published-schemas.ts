/** The formats that Gatehouse publishes as JSON Schema, in `docs/schemas`: events, files of repositories, and documents. */
import { z } from 'zod';
import { AccessEvent } from '../../src/core/access/events.ts';
import { JournalLine } from '../../src/core/agent-event.ts';
import { BacklogEvent } from '../../src/core/backlog/events.ts';
import { BacklogFile } from '../../src/core/backlog/file.ts';
import { TaskCall } from '../../src/core/call.ts';
import { CallersEvent } from '../../src/core/callers/events.ts';
import { Change } from '../../src/core/change.ts';
import { CheckpointEvent } from '../../src/core/checkpoint/events.ts';
import { FailedOutput } from '../../src/core/code-problem.ts';
import { DeliveryEvent } from '../../src/core/delivery/events.ts';
import { EvaluationResult } from '../../src/core/evaluation/result.ts';
import { EvaluationSuite } from '../../src/core/evaluation/suite.ts';
import { StoredEvent } from '../../src/core/event.ts';
import { GivenContext } from '../../src/core/given-context.ts';
import { DOCUMENT_SCHEMAS } from '../../src/core/handover/handover.ts';
import { RunRecording } from '../../src/core/recording.ts';
import { RepositoryConfigFile } from '../../src/core/repository-config/repository-config.ts';
import { RunResult } from '../../src/core/run-result.ts';
import { TaskEvent } from '../../src/core/task/events/events.ts';
import { ContextDocument, JobDocument } from '../../src/core/task/views/job-document.ts';
import {
  ResultDocument,
  RunDocument,
  StateDocument,
} from '../../src/core/task/views/state-document.ts';

/**
 * The present version of each event, by the name that the schemas are published under. Schemas of
 * earlier versions stay in `docs/schemas` as they were: logs hold both.
 */
const SCHEMAS: Readonly<Record<string, readonly [title: string, schema: z.ZodType]>> = {
  'event.v1': ['The envelope of every stored event', StoredEvent],
  'task-events.v2': ['The events of a task: type, v and data of the envelope', TaskEvent],
  'delivery-events.v1': ['The events of a delivery: type, v and data', DeliveryEvent],
  'callers-events.v1': [
    'The events of callers who were turned away: type, v and data',
    CallersEvent,
  ],
  'backlog-events.v1': ['The events of a backlog: type, v and data', BacklogEvent],
  'access-events.v1': [
    'The events of who may use the control plane: type, v and data',
    AccessEvent,
  ],
  'checkpoint-events.v1': ['The events of checkpoints: type, v and data', CheckpointEvent],
  'journal.v1': ['One line of the journal of a run', JournalLine],
  'recording.v1': ['What a run was started with, and its exchanges with its model', RunRecording],
  'job.v2': ['job.json of a task: what it was asked', JobDocument],
  'context.v1': ['context.json of a task: what its agents were given', ContextDocument],
  'state.v1': ['state.json of a task: how it stands', StateDocument],
  'result.v1': ['result.json of a task: what came of it', ResultDocument],
  'run-state.v1': ['state.json of a run: how it stands', RunDocument],
  'run-result.v1': ['result.json of a run: how its process ended', RunResult],
  'run-context.v1': ['context.json of a run: what its agent was given', GivenContext],
  'failed-output.v1': ['failed-output.json of a run: what its command printed last', FailedOutput],
  'change.v1': ['change.json of a run: what it changed', Change],
  'task-call.v1': ['A call that starts a task: POST /hooks/tasks, gatehouse submit', TaskCall],
  'backlog-yaml.v1': ['A backlog: requirements.yaml, or a file to submit', BacklogFile],
  'evaluation-suite.v1': ['A suite of `gatehouse evaluate`', EvaluationSuite],
  'evaluation.v1': ['The result of `gatehouse evaluate`', EvaluationResult],
  'gatehouse-yml.v1': ['.github/gatehouse.yml of a repository', RepositoryConfigFile],
  ...Object.fromEntries(
    DOCUMENT_SCHEMAS.map(({ name, title, schema }) => [`handover-${name}`, [title, schema]]),
  ),
};

export const SCHEMA_NAMES = Object.keys(SCHEMAS);

/** JSON Schema 2020-12; the same schema always makes the same value. */
export function jsonSchema(name: string): Record<string, unknown> {
  const [title, schema] = SCHEMAS[name] ?? [];
  if (!title || !schema) throw new Error(`there is no schema "${name}"`);
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  return { $schema, title, ...rest };
}

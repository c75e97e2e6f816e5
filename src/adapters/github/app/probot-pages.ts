/** Probot's setup page and what it is styled with; Probot does not export them by name. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';

type Pages = {
  setup(page: { createAppUrl: string; manifest: string }): string;
  /** True where it has answered. */
  serveStatic(request: IncomingMessage, response: ServerResponse): boolean;
};

type SetupView = (page: {
  name: string;
  description: string;
  createAppUrl: string;
  manifest: string;
}) => string;
type StaticHandler = Pages['serveStatic'];

const View = z.looseObject({ setupView: z.custom<SetupView>(isFunction) });
const Static = z.looseObject({ staticFilesHandler: z.custom<StaticHandler>(isFunction) });

export async function probotPages(): Promise<Pages> {
  const probot = import.meta.resolve('probot');
  const load = (path: string): Promise<unknown> => import(new URL(path, probot).href);
  const { setupView } = View.parse(await load('./views/setup.js'));
  const { staticFilesHandler } = Static.parse(await load('./server/handlers/static-files.js'));
  return {
    setup: ({ createAppUrl, manifest }) =>
      setupView({
        name: 'Gatehouse',
        description: 'Governs coding agents: policy decides, people approve, a log proves it.',
        createAppUrl: escaped(createAppUrl),
        // The page puts it between single quotes as it is.
        manifest: escaped(manifest),
      }),
    serveStatic: staticFilesHandler,
  };
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`);

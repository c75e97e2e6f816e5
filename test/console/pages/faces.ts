/** A request and a decision on their pages: in the words of the check run, the comment, a terminal and the API. */
import { expect, it } from 'vitest';
import { REFUSAL, REQUESTS, toldAlike } from '../../control/faces.ts';
import { tokenFor } from '../../control/fixture.ts';
import { type Site, SPAN } from '../site.ts';

export function faceCases(site: () => Site): void {
  const told = async (name: string, commands: (typeof REQUESTS)[number][1]) => {
    const { place } = site();
    const token = await tokenFor(place, { repositories: [{ name: 'acme/span', alias: null }] });
    return toldAlike(place, [name, commands], { token, repository: SPAN });
  };

  it('a request is told on its page, and on that of its task, as everywhere', async () => {
    const page = await site().visit('/console/');
    for (const [name, commands, status] of REQUESTS) {
      const face = await told(name, commands);
      expect(face.status).toBe(status);
      await page.goto(`${site().origin}/console/tasks/${face.id}`);
      await page.getByRole('link', { name: face.sentence, exact: true }).click();
      await page.getByText(face.sentence, { exact: true }).waitFor();
      expect(new URL(page.url()).pathname).toMatch(/\/approvals\/approval-1$/);
    }
  });

  it('what policy denied is told on the page of its task as everywhere', async () => {
    const { id, sentence } = await told('is refused', REFUSAL);
    const page = await site().visit(`/console/tasks/${id}`);
    await page.getByText(`Refused: ${sentence}`, { exact: true }).waitFor();
  });
}

import { afterAll, beforeAll, expect, it } from "vitest";
import { type Stack, startStack } from "../support/stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.close());

it("a git token does not go along to another host by itself", async () => {
  const { id: taskId } = await stack.createTask({
    sourceUrl: "https://github.com/owner/repository",
    gitToken: "ghp_tokenOfGithub0123456789",
  });
  const change = (body: Parameters<typeof stack.client.updateTask>[0]["body"]) =>
    stack.client.updateTask({ params: { taskId }, body });

  const moved = await change({ sourceUrl: "https://github.com/owner/another#main" });
  expect(moved.gitToken.set).toBe(true);
  for (const sourceUrl of ["https://evil.example/owner/repository", null]) {
    await expect(change({ sourceUrl })).rejects.toMatchObject({
      code: "invalid_input",
      fields: { gitToken: expect.stringContaining("belongs to the former host") },
    });
  }
  const cleared = await change({ sourceUrl: "https://gitlab.com/owner/repository", gitToken: null });
  expect(cleared).toMatchObject({ gitToken: { set: false }, sourceUrl: "https://gitlab.com/owner/repository" });
});

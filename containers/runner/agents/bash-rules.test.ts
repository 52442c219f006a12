import { expect, test } from "vitest";
import { isAllowedCommand, judge } from "./bash-rules.ts";

const rules = ["git *", "npm test", "npm run lint:*", "ls"];

test.each([
  "git",
  "git log --oneline",
  "git commit -m 'a; b && c | d (e) $(f)'",
  'git commit -m "it\'s; done"',
  "git add . && git commit -m x; git push || git status | git hash-object --stdin",
  "npm test",
  "npm run lint",
  "npm run lint --fix",
  "git log 2>&1",
  "git log &>/dev/null",
])("%s is allowed", (command) => {
  expect(isAllowedCommand(command, rules)).toBe(true);
});

test.each([
  "",
  "cat a",
  "gitk",
  "npm test --watch",
  "ls -l",
  "git log; cat a",
  "git log\ncat a",
  "git log & cat a",
  "git log | cat",
  "git log $(cat a)",
  'git log "$(cat a)"',
  "git log `cat a`",
  "git diff <(cat a)",
  "(git log; cat a)",
  "{ git log; }",
  "git log # x",
  "git log 'x",
  "cd .. && git log",
  "X=1 git log",
])("%s is not", (command) => {
  expect(isAllowedCommand(command, rules)).toBe(false);
});

test("a question that is not understood is denied", () => {
  for (const question of ["", "{}", '{"tool_input":{}}', '{"tool_input":{"command":"cat a"}}']) {
    expect(judge(question, rules)).toContain('"permissionDecision":"deny"');
  }
  expect(judge('{"tool_input":{"command":"git log"}}', rules)).toBeUndefined();
});

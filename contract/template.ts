/** Starter tasks: each prompt can be used as it is. */
export const taskTemplates = [
  {
    id: "code-review",
    name: "Code review assistant",
    summary: "Reviews open pull requests and flags issues with best practices, potential bugs, and security concerns",
    preset: "weekdays-9am",
    prompt: `Review the open pull requests of this repository.

For each pull request that was opened or updated in the last three days and that is not a draft:
1. Read the whole change and enough of the code around it to understand what it affects.
2. Look for bugs, broken edge cases, missing error handling, security problems (injection, leaked secrets, missing checks of permission), missing tests, and departures from the conventions of this repository.
3. Leave out matters of taste and anything a formatter or linter settles.

Use the GitHub API at $GITHUB_API_URL; it is authenticated for you. Post one review per pull request as a comment: first a two-sentence verdict, then the findings, each with file, line, why it matters and a suggested correction. Do not approve, merge or close anything, and do not repeat a review that stands already for the same commit.

End with a summary: one line per pull request with the number of findings and the most serious one. If there is nothing to review, say so.`,
  },
  {
    id: "dependency-updater",
    name: "Dependency updater",
    summary: "Scans for outdated packages and opens update PRs after verifying tests pass",
    preset: "weekly-monday-9am",
    prompt: `Bring the dependencies of this repository up to date.

1. Find the package manager from the manifests and lock files, and list what is outdated. Note known vulnerabilities first.
2. Install the current state and run the test suite, so that you know what passes before any change. If it fails already, stop and report that.
3. Update patch and minor versions together on a branch named errand/dependency-updates. Update each major version on a branch of its own, and read its release notes for breaking changes before you adapt the code.
4. After each update run the build, the linter and the tests. Keep an update only when all of them pass; revert it otherwise and note why.
5. Push the branches and open one pull request per branch through the GitHub API at $GITHUB_API_URL, which is authenticated for you. Say in each what changed from which version to which, what was tested and what to look at. If such a pull request is open already, update it instead of opening another.

Change nothing that the updates do not require. End with a table: package, from, to, result.`,
  },
  {
    id: "test-writer",
    name: "Test writer",
    summary: "Generates unit tests for recently changed code, covering happy path, edge cases, and error conditions",
    preset: "daily-9am",
    prompt: `Write unit tests for code that changed recently in this repository and is not tested well.

1. With git log, find the source files changed in the last seven days. Leave out generated code, configuration and documentation. If the history is shallow, choose the files with the least coverage.
2. Read the existing tests, and follow their framework, folder layout, naming and style. Add no new dependency.
3. For each changed unit cover the usual case, the edges (empty, largest, boundary, repeated, concurrent where it applies) and the errors it can raise. Test behaviour through public functions, not implementation details.
4. Run the tests. Each new test must pass, and must fail when you break the code it covers: try that, then put the code back.
5. If a test shows a real bug, leave the code as it is, mark the test as expected to fail in the framework's own way, and report the bug.

Commit the tests on a branch named errand/tests, push it, and open a pull request through the GitHub API at $GITHUB_API_URL, which is authenticated for you. End with a list of what is covered now and any bugs found.`,
  },
  {
    id: "documentation-generator",
    name: "Documentation generator",
    summary: "Keeps README and API docs up to date with the current implementation",
    preset: "weekly-monday-9am",
    prompt: `Bring the documentation of this repository in line with its code.

1. Read the README, everything under docs/, and the public interfaces: exported functions, command-line options, HTTP routes, configuration and environment variables.
2. Find what is wrong (options that are gone, changed defaults, broken links, examples that no longer run) and what is missing (public interfaces without a word about them).
3. Run the commands and examples that can be run here, and correct those that fail.
4. Write plainly and briefly, in the tone that is there. Document behaviour that you have verified in the code, never what you guess. Change no source code other than doc comments.

Commit on a branch named errand/docs, push it, and open a pull request through the GitHub API at $GITHUB_API_URL, which is authenticated for you. If everything is up to date already, change nothing and say so. End with a list of what you changed and why, and of questions that only the maintainers can answer.`,
  },
] as const;
export type TaskTemplate = (typeof taskTemplates)[number];

/** Credentials of the scripted model. They open nothing: only with them do the providers' hosts lead to this machine. */
export const demoKeys = {
  claude: "sk-ant-demo-scripted-model-of-errand",
  codex: "sk-demo-scripted-model-of-errand",
} as const;

/** What the scripted model says to every prompt it has no script for. */
export const otherwise = `I am the scripted model that ships with Errand, and this prompt is not in my script: I know the sample task only.

To have a real model work on your tasks, store your own key:

    npx errand credential set claude-runner
    npx errand credential set codex-runner`;

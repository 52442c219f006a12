import { type ChatCompletionRequest, LLMock } from "@copilotkit/aimock";

/**
 * One move of a script: a command to run, or the answer that ends the turn. `when` and `unless` look at what the latest
 * command printed; a move they leave out is passed over.
 */
type Step = { say: string; run: string } | { answer: string; when?: RegExp; unless?: RegExp };

export interface Script {
  /** Part of the prompt that the script is for. */
  prompt: string;
  steps: Step[];
}

export interface ScriptedModel {
  url: string;
  close: () => Promise<void>;
}

type Message = ChatCompletionRequest["messages"][number];

/**
 * Plays the Anthropic Messages and the OpenAI Responses API on 127.0.0.1: scripts for prompts it knows, for every other
 * prompt one answer that says what it is. It keeps nothing between requests: each answer follows from the conversation.
 */
export async function startScriptedModel(scripts: Script[], otherwise: string): Promise<ScriptedModel> {
  const mock = new LLMock({ host: "127.0.0.1", port: 0, journalMaxEntries: 20 });
  const respond = (request: ChatCompletionRequest) => {
    const spoken = request.messages.filter(({ role }) => role === "user").map(textOf);
    const script = scripts.find(({ prompt }) => spoken.some((text) => text.includes(prompt)));
    const step = script && nextStep(script, resultsOf(request.messages));
    const text = step === undefined ? otherwise : "answer" in step ? step.answer : step.say;
    const command = step && "run" in step ? toolCall(request, step.run) : undefined;
    const usage = usageOf(request, text + (command?.arguments ?? ""));
    if (command) return { content: text, toolCalls: [command], usage };
    return { content: text, usage };
  };
  mock.on({ predicate: () => true }, respond);
  const url = await mock.start();
  return { url, close: () => mock.stop() };
}

/** The step that comes after these results of commands, one for each command of the script that has run. */
function nextStep(script: Script, results: string[]): Step | undefined {
  const latest = results.at(-1) ?? "";
  let commands = 0;
  for (const step of script.steps) {
    if ("run" in step) {
      if (commands === results.length) return step;
      commands += 1;
      continue;
    }
    const applies = commands === results.length && (step.when?.test(latest) ?? true) && !step.unless?.test(latest);
    if (applies) return step;
  }
  return undefined;
}

function resultsOf(messages: Message[]): string[] {
  return messages.filter(({ role }) => role === "tool").map(textOf);
}

function textOf({ content }: Message): string {
  if (typeof content === "string") return content;
  return (content ?? []).map((part) => part.text ?? "").join("\n");
}

/** Each CLI offers its own tool for commands: Claude Code `Bash`, Codex `exec_command`. */
function toolCall(request: ChatCompletionRequest, command: string) {
  const offered = request.tools?.map((tool) => tool.function.name) ?? [];
  if (offered.includes("exec_command")) return { name: "exec_command", arguments: JSON.stringify({ cmd: command }) };
  return { name: "Bash", arguments: JSON.stringify({ command, description: "Work on the task" }) };
}

/** About four characters make a token, as with the real models. */
function usageOf(request: ChatCompletionRequest, output: string) {
  const input = request.messages.map(textOf).join("").length + JSON.stringify(request.tools ?? []).length;
  return { input_tokens: Math.ceil(input / 4), output_tokens: Math.ceil(output.length / 4) };
}

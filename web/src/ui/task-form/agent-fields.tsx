import { Anchor, Input, SegmentedControl } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { Link } from "@tanstack/react-router";
import { type AgentType, agents, agentTypes } from "../../../../contract/agent.ts";
import { useCredentials } from "../../api/credentials.ts";
import { paths } from "../../lib/paths.ts";
import { ReadOnlyField, useReadOnly } from "../read-only.tsx";
import { Warning } from "../warning.tsx";
import type { TaskValues } from "./values.ts";

const choices = agentTypes.map((value) => ({ value, label: agents[value].label }));

/** Which agent does the work, and whether it can sign in. */
export function AgentFields({ form }: { form: UseFormReturnType<TaskValues> }) {
  const { data: credentials } = useCredentials();
  const { agentType } = form.values;
  const { label, contextFile } = agents[agentType];
  const choose = (value: string) => {
    form.setFieldValue("agentType", value as AgentType);
    // A model belongs to one provider.
    form.setFieldValue("model", "");
  };
  if (useReadOnly()) return <ReadOnlyField label="Agent Type">{label}</ReadOnlyField>;
  const isMissing = credentials && !credentials.some((credential) => credential.agentType === agentType);
  return (
    <div>
      <Input.Wrapper
        label="Agent Type"
        description={`Reads ${contextFile} of the repository`}
        labelElement="div"
        error={form.errors.agentType}
        inputWrapperOrder={["label", "input", "description", "error"]}
      >
        <SegmentedControl my={4} fullWidth aria-label="Agent Type" data={choices} value={agentType} onChange={choose} />
      </Input.Wrapper>
      {isMissing && (
        <Warning>
          No credential is stored for {label}: runs fail until there is one.{" "}
          <Anchor renderRoot={(props) => <Link {...paths.credentials()} {...props} />}>Store a credential</Anchor>
        </Warning>
      )}
    </div>
  );
}

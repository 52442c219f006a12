import type * as client from "@aws-sdk/client-ecs";
import type { ProcessIdentity } from "../process.ts";
import type { Checked } from "../protocol/service.ts";

type TaskStatus = "PROVISIONING" | "PENDING" | "RUNNING" | "DEACTIVATING" | "STOPPED";
type Overrides = Checked<client.TaskOverride>;

export interface ContainerRecord {
  readonly containerArn: string;
  readonly name: string;
  readonly image: string;
  readonly essential: boolean;
  readonly stopTimeoutMs: number;
  readonly runtimeId: string;
  readonly log: { readonly group: string; readonly stream: string; readonly createGroup: boolean } | undefined;
  lastStatus: "PENDING" | "RUNNING" | "STOPPED";
  process?: ProcessIdentity;
  exitCode?: number;
  reason?: string;
  /** When SIGTERM was sent, and whether SIGKILL was. */
  stopSentAt?: number;
  killed?: boolean;
}

/** A task as it is stored; times in milliseconds since the epoch. */
export interface TaskRecord {
  readonly id: string;
  readonly taskArn: string;
  readonly clusterArn: string;
  readonly taskDefinitionArn: string;
  readonly family: string;
  readonly group: string;
  readonly launchType: string;
  readonly platformVersion: string;
  readonly cpu: string | undefined;
  readonly memory: string | undefined;
  readonly startedBy: string | undefined;
  readonly overrides: Overrides;
  readonly tags: client.Tag[];
  readonly createdAt: number;
  readonly containers: ContainerRecord[];
  lastStatus: TaskStatus;
  desiredStatus: "RUNNING" | "STOPPED";
  version: number;
  startedAt?: number;
  stoppingAt?: number;
  stoppedAt?: number;
  stopCode?: client.TaskStopCode;
  stoppedReason?: string;
}

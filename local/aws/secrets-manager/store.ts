import type { Tag } from "@aws-sdk/client-secrets-manager";
import type { AwsContext } from "../store.ts";

export interface SecretRow {
  readonly arn: string;
  readonly name: string;
  readonly description: string | null;
  readonly tags: string;
  readonly created: number;
  readonly changed: number;
  /** When the secret will be gone, if it is scheduled for deletion. */
  readonly deletion: number | null;
}

export interface VersionRow {
  readonly id: string;
  readonly text: string | null;
  readonly bytes: Uint8Array | null;
  readonly stages: string[];
  readonly created: number;
}

const CURRENT = "AWSCURRENT";
const PREVIOUS = "AWSPREVIOUS";
/** AWS keeps versions without a label for a day at least. */
const UNLABELLED_MS = 86_400_000;

/** Secrets and their versions. */
export class SecretStore {
  private readonly context: AwsContext;

  constructor(context: AwsContext) {
    this.context = context;
    context.store.define(`
      CREATE TABLE IF NOT EXISTS secrets (arn TEXT PRIMARY KEY, name TEXT UNIQUE, description TEXT, tags TEXT,
        created INTEGER, changed INTEGER, deletion INTEGER) STRICT;
      CREATE TABLE IF NOT EXISTS secret_versions (arn TEXT, id TEXT, text TEXT, bytes BLOB, stages TEXT,
        created INTEGER, PRIMARY KEY (arn, id)) STRICT;`);
  }

  /** By name, by ARN, or by ARN without its random suffix. */
  find(id: string): SecretRow | undefined {
    this.purge();
    const partial = /^arn:aws:secretsmanager:[^:]+:[^:]+:secret:(.+)$/.exec(id)?.[1] ?? id;
    return this.context.store.one<SecretRow>(
      "SELECT * FROM secrets WHERE arn = ? OR name = ? ORDER BY arn = ? DESC",
      id,
      partial,
      id,
    );
  }

  all(): SecretRow[] {
    this.purge();
    return this.context.store.all<SecretRow>("SELECT * FROM secrets ORDER BY name");
  }

  insert(secret: { arn: string; name: string; description: string | undefined; tags: Tag[] }): void {
    const now = this.context.now();
    this.context.store.run(
      "INSERT INTO secrets VALUES (?, ?, ?, ?, ?, ?, NULL)",
      secret.arn,
      secret.name,
      secret.description ?? null,
      JSON.stringify(secret.tags),
      now,
      now,
    );
  }

  versions(arn: string): VersionRow[] {
    const rows = this.context.store.all<Omit<VersionRow, "stages"> & { stages: string }>(
      "SELECT id, text, bytes, stages, created FROM secret_versions WHERE arn = ? ORDER BY created, rowid",
      arn,
    );
    return rows.map((row) => ({ ...row, stages: JSON.parse(row.stages) as string[] }));
  }

  version(arn: string, id: string): VersionRow | undefined {
    return this.versions(arn).find((each) => each.id === id);
  }

  /** Adds a version and moves its labels to it; what loses AWSCURRENT becomes AWSPREVIOUS. */
  putVersion(
    arn: string,
    id: string,
    value: { SecretString?: string | undefined; SecretBinary?: Uint8Array | undefined },
    stages: string[],
  ): void {
    const { store, now } = this.context;
    store.transaction(() => {
      const moved = stages.includes(CURRENT) ? [...stages, PREVIOUS] : stages;
      for (const version of this.versions(arn)) {
        const kept = version.stages.filter((stage) => !moved.includes(stage));
        if (version.stages.includes(CURRENT) && stages.includes(CURRENT)) kept.push(PREVIOUS);
        this.setStages(arn, version.id, kept);
      }
      store.run(
        "INSERT INTO secret_versions VALUES (?, ?, ?, ?, ?, ?)",
        arn,
        id,
        value.SecretString ?? null,
        value.SecretBinary ?? null,
        JSON.stringify(stages),
        now(),
      );
      store.run("UPDATE secrets SET changed = ? WHERE arn = ?", now(), arn);
      store.run(
        "DELETE FROM secret_versions WHERE arn = ? AND stages = '[]' AND created < ?",
        arn,
        now() - UNLABELLED_MS,
      );
    });
  }

  markDeleted(arn: string, deletion: number | null): void {
    this.context.store.run("UPDATE secrets SET deletion = ? WHERE arn = ?", deletion, arn);
  }

  remove(arn: string): void {
    this.context.store.transaction(() => {
      this.context.store.run("DELETE FROM secret_versions WHERE arn = ?", arn);
      this.context.store.run("DELETE FROM secrets WHERE arn = ?", arn);
    });
    this.context.store.checkpoint();
  }

  /** Removes the secrets whose recovery window has ended. */
  purge(): void {
    const { store, now } = this.context;
    const gone = store.all<{ arn: string }>("SELECT arn FROM secrets WHERE deletion <= ?", now());
    for (const { arn } of gone) this.remove(arn);
  }

  private setStages(arn: string, id: string, stages: string[]): void {
    const text = JSON.stringify(stages);
    this.context.store.run("UPDATE secret_versions SET stages = ? WHERE arn = ? AND id = ?", text, arn, id);
  }
}

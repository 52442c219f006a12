import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as z from "zod";

/** What the images are made from: the base, with its digest once it was refreshed, and as of when Debian's packages are. */
export const base = z.object({ image: z.string(), refreshed: z.iso.date() });

const indexes = "application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.list.v2+json";

/**
 * Pins the base image to the digest that its tag has today, and asks for Debian's packages as of today: the next
 * deployment builds both images anew. `registry` is Docker Hub's address. Gives back what it has written.
 */
export async function refresh(
  file: string,
  options: { registry: string; today: string },
): Promise<z.infer<typeof base>> {
  const { image } = base.parse(JSON.parse(await readFile(file, "utf8")));
  const [tagged = ""] = image.split("@");
  const [name, tag] = tagged.split(":");
  const url = `${options.registry}/v2/library/${name}/manifests/${tag}`;
  const answer = await headWithToken(url);
  const digest = answer.headers.get("docker-content-digest");
  if (!answer.ok || digest === null)
    throw new Error(`${url} answered ${answer.status}. Is there still an image ${tagged}?`);
  const refreshed = { image: `${tagged}@${digest}`, refreshed: options.today };
  await writeFile(file, `${JSON.stringify(refreshed, null, 2)}\n`);
  return refreshed;
}

/** A registry says in its first answer where it gives out tokens, to anybody for what is public. */
async function headWithToken(url: string): Promise<Response> {
  const first = await fetch(url, { method: "HEAD", headers: { accept: indexes } });
  const challenge = first.headers.get("www-authenticate");
  if (first.status !== 401 || challenge === null) return first;
  const said = Object.fromEntries([...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value]));
  const query = new URLSearchParams({ service: said.service ?? "", scope: said.scope ?? "" });
  const given = await fetch(`${said.realm}?${query}`);
  const { token } = z.object({ token: z.string() }).parse(await given.json());
  return fetch(url, { method: "HEAD", headers: { accept: indexes, authorization: `Bearer ${token}` } });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const today = new Date().toISOString().slice(0, 10);
  const written = await refresh(join(import.meta.dirname, "base.json"), {
    registry: "https://registry-1.docker.io",
    today,
  });
  console.log(
    `${written.image}, Debian's packages as of ${written.refreshed}. Commit containers/base.json and deploy.`,
  );
}

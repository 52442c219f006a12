import { IconLock } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useRef } from "react";
import { whenSignedOut } from "../api/client.ts";
import { type Session, sessionKey, useSession } from "../api/session.ts";
import classes from "./banner.module.css";
import { Banner } from "./connection-banner.tsx";
import { NotSignedIn } from "./not-signed-in.tsx";
import { StartFailed, Starting } from "./starting.tsx";

/** Shows the console to whom is signed in. A session that ends leaves the page as it is, says so, and goes on with the next. */
export function SessionGate({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const { data, error, refetch } = useSession();
  const last = useRef<Session | undefined>(undefined);
  const wasGone = useRef(false);
  useEffect(() => {
    whenSignedOut(() => {
      if (queries.getQueryData(sessionKey)) queries.setQueryData(sessionKey, null);
    });
  }, [queries]);
  useEffect(() => {
    if (data === null) wasGone.current = true;
    if (!data) return;
    const other = { predicate: ({ queryKey }: { queryKey: readonly unknown[] }) => queryKey[0] !== sessionKey[0] };
    if (last.current && last.current.workspaceId !== data.workspaceId) void queries.resetQueries(other);
    else if (wasGone.current) void queries.invalidateQueries(other);
    wasGone.current = false;
    last.current = data;
  }, [data, queries]);

  if (data === undefined) return error ? <StartFailed error={error} retry={refetch} /> : <Starting />;
  if (data === null && last.current === undefined) return <NotSignedIn />;
  return (
    <>
      {children}
      <div role="status" className={classes.place}>
        {data === null && (
          <Banner
            icon={IconLock}
            text="Your session has ended. Follow a new sign-in link in this browser: this page then goes on as it is."
          />
        )}
      </div>
    </>
  );
}

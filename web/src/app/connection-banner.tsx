import { Group, Loader, Paper, Text } from "@mantine/core";
import { IconPlugConnectedX, IconWifiOff } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { client } from "../api/client.ts";
import { type Connection, useConnection } from "../lib/connection.ts";
import classes from "./banner.module.css";

const said: Record<Exclude<Connection, "online">, { icon: typeof IconWifiOff; text: string }> = {
  offline: { icon: IconWifiOff, text: "You are offline. This page goes on when the network is back." },
  silent: { icon: IconPlugConnectedX, text: "Errand does not answer. Trying again …" },
};

/** Says when the network or the server is gone, keeps asking, and brings every page up to date when it is back. */
export function ConnectionBanner() {
  const connection = useConnection();
  const queries = useQueryClient();
  const before = useRef(connection);
  useEffect(() => {
    if (connection === "online" && before.current !== "online") void queries.invalidateQueries();
    before.current = connection;
  }, [connection, queries]);
  useQuery({
    queryKey: ["health"],
    queryFn: ({ signal }) => client.getHealth({}, signal),
    enabled: connection === "silent",
    refetchInterval: 1_500,
    retry: false,
    networkMode: "always",
    gcTime: 0,
  });
  const shown = connection === "online" ? undefined : said[connection];
  return (
    <div role="status" className={classes.place}>
      {shown && <Banner icon={shown.icon} text={shown.text} busy={connection === "silent"} />}
    </div>
  );
}

export function Banner({ icon: Icon, text, busy }: { icon: typeof IconWifiOff; text: string; busy?: boolean }) {
  return (
    <Paper className={classes.banner} shadow="lg" px="md" py="xs">
      <Group gap="sm" wrap="nowrap">
        <Icon size={18} aria-hidden />
        <Text size="sm">{text}</Text>
        {busy && <Loader size="xs" color="currentColor" aria-hidden />}
      </Group>
    </Paper>
  );
}

import "./app/global.css";
import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import * as z from "zod";
import { ConnectionBanner } from "./app/connection-banner.tsx";
import { router } from "./app/router.tsx";
import { SessionGate } from "./app/session-gate.tsx";
import { cssVariables, theme } from "./app/theme.ts";
import { queryClient } from "./lib/query-client.ts";

// The page's security policy forbids code made from text, which zod would try.
z.config({ jitless: true });

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root.");

createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="auto" cssVariablesResolver={cssVariables}>
      <QueryClientProvider client={queryClient}>
        <SessionGate>
          <RouterProvider router={router} />
        </SessionGate>
        <ConnectionBanner />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);

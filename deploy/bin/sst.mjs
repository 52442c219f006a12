#!/usr/bin/env node
import { startTool } from "../start.mjs";

await startTool("sst");

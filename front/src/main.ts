/** The shell: tabs, messages, the bar of running work. */

import { type ServerState, getJson } from "./api";

void getJson<ServerState>("/api/state");

/** What the server says and how to ask it. The names and units are the server's own: mm, ml, s, HU, LPS. */

export type Vec3 = [number, number, number];

export interface ScanMeta {
  id: string;
  title: string;
  shape: Vec3;
  affine_mm: number[][];
  spacing_mm: Vec3;
  window: HuWindow;
  windows: Record<string, HuWindow>;
  facts: string[];
  notes: string[];
  ceiling_hu: number | null;
  has_labels: boolean;
  levels: LevelMark[];
}

export interface HuWindow {
  low: number;
  high: number;
}

export interface LevelMark {
  level: string;
  centre_mm: Vec3;
}

export interface RunMeta {
  id: string;
  kind: string;
  name: string;
  when: string | null;
}

export interface FolderMeta {
  id: string;
  name: string;
  kind: string;
  when: string | null;
}

export interface ServerState {
  version: string;
  note: string;
  scans: ScanMeta[];
  runs: RunMeta[];
  folders: FolderMeta[];
  cements: { name: string; plain: string }[];
  levels: string[];
  gauges: (number | string)[];
  built: boolean;
}

export interface Mesh {
  vertices_mm: Vec3[];
  faces: Vec3[];
}

export interface Needle {
  entry_mm: Vec3;
  tip_mm: Vec3;
}

export interface Body {
  id: string;
  level: string;
  source: "virtual" | "scan";
  scan: string;
  body_volume_ml: number;
  notes: string[];
  needles: { left: Needle; right: Needle };
  mesh: Mesh;
  centre_mm: Vec3;
  axes: { lateral: Vec3; front: Vec3; up: Vec3 };
  spacing_mm: number;
}

export interface Job<T = unknown> {
  id: string;
  state: "waiting" | "running" | "done" | "failed" | "stopped";
  done: number;
  total: number;
  words: string;
  seconds: number;
  partial: T | null;
  result: T | null;
  error: string | null;
}

/** A refusal that the server put into a sentence for people. */
export class ServerError extends Error {
  constructor(
    readonly status: number,
    sentence: string,
  ) {
    super(sentence);
    this.name = "ServerError";
  }
}

/** The server does not answer at all. */
export class LostServer extends Error {
  constructor() {
    super("azygos has stopped: start it again.");
    this.name = "LostServer";
  }
}

/** The job was stopped by the person. */
export class JobStopped extends Error {
  constructor() {
    super("Stopped.");
    this.name = "JobStopped";
  }
}

async function ask(path: string, request: RequestInit): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(path, { credentials: "same-origin", cache: "no-store", ...request });
  } catch (fault) {
    if (fault instanceof DOMException && fault.name === "AbortError") throw fault;
    throw new LostServer();
  }
  if (!answer.ok) throw new ServerError(answer.status, await sentence(answer));
  return answer;
}

async function sentence(answer: Response): Promise<string> {
  const text = await answer.text();
  try {
    const said = (JSON.parse(text) as { detail?: unknown; error?: unknown }) ?? {};
    const words = said.error ?? said.detail;
    if (typeof words === "string") return words;
  } catch {
    // not JSON: the text itself is the sentence
  }
  return text && text.length < 400 ? text : `The server refused (${answer.status}).`;
}

export async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await (await ask(path, { signal: signal ?? null })).json()) as T;
}

export async function postJson<T>(path: string, body: unknown = {}, signal?: AbortSignal): Promise<T> {
  const request: RequestInit = {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
    signal: signal ?? null,
  };
  return (await (await ask(path, request)).json()) as T;
}

export async function getBlob(path: string, signal?: AbortSignal): Promise<Blob> {
  return (await ask(path, { signal: signal ?? null })).blob();
}

/**
 * Wait until a job ends and give its result; `onProgress` hears of every look at it.
 *
 * Throws ServerError with the job's sentence if it failed, JobStopped if it was stopped.
 */
export async function waitForJob<T>(job: string, onProgress?: (job: Job<T>) => void, signal?: AbortSignal): Promise<T> {
  for (let look = 0; ; look += 1) {
    const now = await getJson<Job<T>>(`/api/jobs/${job}`, signal);
    onProgress?.(now);
    if (now.state === "done") return now.result as T;
    if (now.state === "failed") throw new ServerError(500, now.error ?? "The job failed.");
    if (now.state === "stopped") throw new JobStopped();
    await pause(look < 12 ? 60 : 250, signal);
  }
}

export async function stopJob(job: string): Promise<void> {
  await postJson(`/api/jobs/${job}/stop`);
}

function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(new DOMException("aborted", "AbortError"));
    });
  });
}

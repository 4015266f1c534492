/** Files of the person's machine to the server: what was dropped or chosen, one after the other with progress. */

import { LostServer, ServerError, postJson } from "./api";

export interface Piece {
  name: string;
  file: File;
}

export interface Sent {
  files: number;
  of: number;
  bytes: number;
  ofBytes: number;
}

const AT_ONCE = 4;
const RUN_FILES = ["run.toml", "result.json"];

/** Everything in a drop, folders walked through. Call it within the drop event. */
export async function piecesOfDrop(items: DataTransferItemList): Promise<Piece[]> {
  const entries = [...items].filter((item) => item.kind === "file").map((item) => item.webkitGetAsEntry() ?? item.getAsFile());
  const pieces: Piece[] = [];
  for (const entry of entries) {
    if (entry instanceof File) pieces.push({ name: entry.name, file: entry });
    else if (entry) await walk(entry, "", pieces);
  }
  return inOrder(pieces);
}

export function piecesOfInput(input: HTMLInputElement): Piece[] {
  return inOrder([...(input.files ?? [])].map((file) => ({ name: file.webkitRelativePath || file.name, file })));
}

/** A folder that azygos wrote, or a scan. */
export function isRun(pieces: Piece[]): boolean {
  return pieces.some(({ name }) => RUN_FILES.includes(name.split("/").pop() ?? ""));
}

export async function sendAll(pieces: Piece[], tell: (sent: Sent) => void, signal: AbortSignal): Promise<string> {
  const ofBytes = pieces.reduce((sum, { file }) => sum + file.size, 0);
  const { upload, limit_bytes } = await postJson<{ upload: string; limit_bytes: number }>("/api/uploads", {}, signal);
  if (ofBytes > limit_bytes) throw new ServerError(413, tooLarge(ofBytes, limit_bytes));
  const bytes = new Array<number>(pieces.length).fill(0);
  let files = 0;
  const report = (): void => tell({ files, of: pieces.length, bytes: bytes.reduce((a, b) => a + b, 0), ofBytes });
  report();
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < pieces.length) {
      const n = next++;
      const { name, file } = pieces[n] as Piece;
      const hear = (sent: number): void => {
        bytes[n] = sent;
        report();
      };
      await put(`/api/uploads/${upload}/files?name=${encodeURIComponent(name)}`, file, hear, signal);
      files += 1;
      hear(file.size);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, pieces.length) }, worker));
  return upload;
}

export function size(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  return bytes >= 1e6 ? `${Math.round(bytes / 1e6)} MB` : `${Math.max(1, Math.round(bytes / 1e3))} kB`;
}

function tooLarge(bytes: number, limit: number): string {
  return `These files hold ${size(bytes)} and the page takes ${size(limit)}. Start azygos with the scan's path instead: azygos app SCAN.`;
}

/** XMLHttpRequest, since fetch does not tell how much was sent. */
function put(path: string, file: File, hear: (sent: number) => void, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("PUT", path);
    request.upload.onprogress = (event) => hear(event.loaded);
    request.onload = () => (request.status < 400 ? resolve() : reject(new ServerError(request.status, refusal(request))));
    request.onerror = () => reject(new LostServer());
    request.onabort = () => reject(new DOMException("aborted", "AbortError"));
    signal.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}

function refusal(request: XMLHttpRequest): string {
  try {
    const said = JSON.parse(request.responseText) as { error?: string; detail?: string };
    return said.error ?? said.detail ?? `The server refused (${request.status}).`;
  } catch {
    return `The server refused (${request.status}).`;
  }
}

async function walk(entry: FileSystemEntry, above: string, into: Piece[]): Promise<void> {
  const name = above ? `${above}/${entry.name}` : entry.name;
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    into.push({ name, file });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return; // readEntries gives at most a hundred at a time
    for (const one of some) await walk(one, name, into);
  }
}

function inOrder(pieces: Piece[]): Piece[] {
  const visible = pieces.filter(({ name }) => !name.split("/").some((part) => part.startsWith(".")));
  return visible.sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
}

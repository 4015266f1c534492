/**
 * Bundle the page into ../src/azygos/app/static/ (or the folder named as first argument).
 *
 *   node build.mjs [FOLDER]
 *
 * NiiVue goes into a chunk of its own that the page loads when it first draws in 3-D.
 */

import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const OUT = resolve(process.argv[2] ?? join(HERE, "..", "src", "azygos", "app", "static"));
const LIMIT_KB = 1200; // of all files together, gzipped

/** NiiVue's npm package carries no licence file; this is the one of its repository. */
const NIIVUE_LICENCE = `BSD 2-Clause License

Copyright (c) 2021, Niivue
All rights reserved.

Redistribution and use in source and binary forms, with or without
modification, are permitted provided that the following conditions are met:

1. Redistributions of source code must retain the above copyright notice, this
   list of conditions and the following disclaimer.

2. Redistributions in binary form must reproduce the above copyright notice,
   this list of conditions and the following disclaimer in the documentation
   and/or other materials provided with the distribution.

THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS"
AND ANY EXPRESS OR IMPLIED WARRANTIES, INCLUDING, BUT NOT LIMITED TO, THE
IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A PARTICULAR PURPOSE ARE
DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT HOLDER OR CONTRIBUTORS BE LIABLE
FOR ANY DIRECT, INDIRECT, INCIDENTAL, SPECIAL, EXEMPLARY, OR CONSEQUENTIAL
DAMAGES (INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR
SERVICES; LOSS OF USE, DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER
CAUSED AND ON ANY THEORY OF LIABILITY, WHETHER IN CONTRACT, STRICT LIABILITY,
OR TORT (INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF THE USE
OF THIS SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.
`;

/** NiiVue can read zarr with codecs of 1.4 MB; this page gives it NIfTI only. */
const withoutZarrCodecs = {
  name: "without zarr codecs",
  setup(bundler) {
    bundler.onResolve({ filter: /^numcodecs\// }, (asked) => ({ path: asked.path, namespace: "absent" }));
    bundler.onLoad({ filter: /.*/, namespace: "absent" }, () => ({ contents: "export default null;" }));
  },
};

async function bundle() {
  const made = await build({
    absWorkingDir: HERE,
    entryPoints: { app: "src/main.ts" },
    outdir: OUT,
    bundle: true,
    format: "esm",
    splitting: true,
    chunkNames: "part-[hash]",
    target: "es2022",
    minify: true,
    legalComments: "none", // all notices stand in LICENSES.txt
    metafile: true,
    logLevel: "warning",
    plugins: [withoutZarrCodecs],
  });
  return made.metafile;
}

/** The folders of the packages whose code is in the bundle. */
function packagesIn(metafile) {
  const found = new Set();
  for (const [file, { bytes }] of Object.entries(metafile.inputs)) {
    if (!bytes) continue;
    const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file);
    if (match) found.add(match[1]);
  }
  return [...found].sort();
}

function notice(folder) {
  const about = JSON.parse(readFileSync(join(HERE, folder, "package.json"), "utf8"));
  const file = readdirSync(join(HERE, folder)).find((name) => /^licen[cs]e/i.test(name));
  const text = file ? readFileSync(join(HERE, folder, file), "utf8") : about.name === "@niivue/niivue" ? NIIVUE_LICENCE : "";
  if (!text) throw new Error(`${about.name} ${about.version} is bundled and has no licence file: add its notice to build.mjs.`);
  return `${about.name} ${about.version} (${about.license ?? "BSD-2-Clause"})\n\n${text.trim()}\n`;
}

function writeNotices(metafile) {
  const rule = `\n${"-".repeat(80)}\n\n`;
  const head = "The page of azygos carries code of these packages. Their notices:\n";
  writeFileSync(join(OUT, "LICENSES.txt"), [head, ...packagesIn(metafile).map(notice)].join(rule));
}

function report() {
  let sum = 0;
  for (const name of readdirSync(OUT).sort()) {
    const bytes = readFileSync(join(OUT, name));
    const zipped = gzipSync(bytes, { level: 9 }).length;
    sum += zipped;
    console.log(`${name.padEnd(22)} ${(bytes.length / 1000).toFixed(1).padStart(8)} kB ${(zipped / 1000).toFixed(1).padStart(8)} kB gzipped`);
  }
  console.log(`${"together".padEnd(34)} ${(sum / 1000).toFixed(1).padStart(8)} kB gzipped (limit ${LIMIT_KB})`);
  if (sum > LIMIT_KB * 1000) throw new Error(`The page is over its limit of ${LIMIT_KB} kB gzipped.`);
}

rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });
const metafile = await bundle();
renameSync(join(OUT, "app.css"), join(OUT, "style.css"));
for (const name of ["index.html", "icon.svg"]) writeFileSync(join(OUT, name), readFileSync(join(HERE, name)));
writeNotices(metafile);
report();

/** The reader's refusals in the words of the page, and the ways on that it offers. */

export interface Way {
  text: string;
  testid: string;
  asked: Record<string, unknown>; // how to open it again
}

const SCHEMES: [string, string][] = [
  ["totalsegmentator", "TotalSegmentator"],
  ["verse", "VerSe"],
  ["cads", "CADS"],
];

const PAGE_WORDS: [RegExp, string][] = [
  [/or pass --repair to resample it/g, "or let it be resampled here"],
  [/ \(--repair drops exact copies only\)/g, ", or let exact copies be dropped here"],
  [/Pass --label-names [^.]*\./g, "Choose below who numbered it."],
  [/Pass the --label-names that belong to it\./g, "Choose below who numbered it."],
  [/the names \(--label-names\)/g, "the names chosen below"],
  [/with the --label-names that belong to its numbers/g, "with the names that belong to its numbers"],
];

export function inPageWords(sentence: string): string {
  return PAGE_WORDS.reduce((text, [command, words]) => text.replace(command, words), sentence);
}

/** What may be tried after a refusal, beyond what was `asked` already. */
export function waysOn(sentence: string, asked: Record<string, unknown>): Way[] {
  const ways: Way[] = [];
  if (sentence.includes("--repair") && !asked["repair"]) {
    ways.push({ text: "Repair and say so", testid: "repair", asked: { ...asked, repair: true } });
  }
  if (sentence.includes("--label-names")) {
    const others = SCHEMES.filter(([scheme]) => scheme !== asked["label_names"]);
    ways.push(...others.map(([scheme, name]) => ({ text: `Numbered by ${name}`, testid: `names-${scheme}`, asked: { ...asked, label_names: scheme } })));
  }
  return ways;
}

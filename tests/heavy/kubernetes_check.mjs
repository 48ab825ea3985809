// Holds the documents of a manifest against Kubernetes' own schemas, as npm's kubernetes-models carries
// them: the validators made from the published OpenAPI description, and its types, which also refuse
// members that no schema knows.
//
//   node kubernetes_check.mjs MANIFEST [KIND PATH VALUE]     copied into a folder with the packages
//
// With KIND, PATH and VALUE the value (JSON) is first put there: for showing that a check can fail.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { parseAllDocuments } from "yaml";

const [file, kind, path, value] = process.argv.slice(2);
const documents = parseAllDocuments(readFileSync(file, "utf8")).map((document) => {
  if (document.errors.length) throw document.errors[0];
  return document.toJS();
});
if (kind) {
  const found = documents.find((document) => document.kind === kind);
  const steps = path.split(".");
  const last = steps.pop();
  steps.reduce((at, step) => at[step], found)[last] = JSON.parse(value);
}

let wrong = 0;
const typed = [];
for (const [i, document] of documents.entries()) {
  const name = `${document.kind} ${document.metadata?.name}`;
  const from = `kubernetes-models/${document.apiVersion}/${document.kind}`;
  try {
    const model = await import(from);
    new model[document.kind](document).validate();
  } catch (error) {
    console.log(`${name}: ${error.message}`);
    ++wrong;
  }
  typed.push(`import type { I${document.kind} as I${i} } from "${from}";`);
  typed.push(`export const d${i}: I${i} = ${JSON.stringify(document)};`);
}
writeFileSync("typed.mts", typed.join("\n"));
try {
  execFileSync("node", ["node_modules/typescript/bin/tsc", "--noEmit", "--strict", "--skipLibCheck",
    "--module", "nodenext", "--target", "es2022", "typed.mts"], { encoding: "utf8" });
} catch (error) {
  console.log(error.stdout);
  ++wrong;
}
console.log(`${documents.length} documents, ${wrong} wrong`);
process.exit(wrong ? 1 : 0);

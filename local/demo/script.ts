import type { Script } from "../scripted-model.ts";

const patch = `diff --git a/src/slug.js b/src/slug.js
--- a/src/slug.js
+++ b/src/slug.js
@@ -4,5 +4,6 @@ export function slug(title) {
     .normalize("NFD")
     .replace(/\\p{M}/gu, "")
     .toLowerCase()
-    .replace(/[^a-z0-9]+/g, "-");
+    .replace(/[^a-z0-9]+/g, "-")
+    .replace(/^-|-$/g, "");
 }
`;

/** What the demo's task asks for. The scripted model knows it by its first sentence. */
export const demoPrompt = `A test of this repository fails. Find out why, correct the code in src/ (not the test), and run the tests again.
When they pass, commit with a message that says why, push to main, and report what was wrong in two or three sentences.`;

/** How a model would go about the demo's task. */
export const demoScript: Script = {
  prompt: "A test of this repository fails.",
  steps: [
    { say: "I'll run the tests first to see what fails.", run: "node --test" },
    { when: /fail 0\b/, answer: "All tests pass already, so there was nothing to correct and I changed nothing." },
    {
      say: "A dash is left at the end when a title ends with punctuation. Here is the function:",
      run: "cat src/slug.js",
    },
    {
      say: "Every run of other characters becomes a dash, also at the ends. I'll strip those.",
      run: `git apply - <<'PATCH'\n${patch}PATCH`,
    },
    { say: "Now the tests again.", run: "node --test" },
    {
      unless: /fail 0\b/,
      answer:
        "The tests still fail after my change, so I neither committed nor pushed it. The log shows what they print.",
    },
    {
      say: "They pass. I'll commit and push.",
      run: 'git commit -qam "Drop dashes at the ends of a slug, so that punctuation leaves none" && git push -q origin HEAD:main && git log --oneline -1',
    },
    {
      unless: /Drop dashes/,
      answer: "The correction is made and the tests pass, but it could not be pushed. The log shows what git said.",
    },
    {
      answer:
        '`slug()` turned every run of other characters into a dash and left it at the ends, so "Hello, World!" became `hello-world-`. ' +
        "It now drops a dash at either end. All tests pass, and the change is pushed to `main`.",
    },
  ],
};

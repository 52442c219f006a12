import assert from "node:assert/strict";
import test from "node:test";
import { slug } from "./slug.js";

test("words are joined by dashes", () => {
  assert.equal(slug("A quiet  morning"), "a-quiet-morning");
});

test("accents are dropped", () => {
  assert.equal(slug("Café crème"), "cafe-creme");
});

test("punctuation leaves no dash at either end", () => {
  assert.equal(slug("Hello, World!"), "hello-world");
  assert.equal(slug("¿Qué?"), "que");
});

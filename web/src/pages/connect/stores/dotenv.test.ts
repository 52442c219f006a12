import { expect, test } from "vitest";
import { parseDotenv } from "./dotenv.ts";

const parsed = (text: string) => Object.fromEntries(parseDotenv(text));

test("names and values, with comments, export and spaces around", () => {
  const text = "# secrets\nA=1\n\nexport B = two words \r\nC=\n  D=x#y # a remark\nE=#nothing\nno variable\n";
  expect(parsed(text)).toEqual({ A: "1", B: "two words", C: "", D: "x#y", E: "" });
});

test("quotes keep spaces, hashes and lines; double ones know escapes", () => {
  const text = `A="a # b"  # remark\nB='it "is" \\n'\nC="one\\ntwo \\"three\\" \\$4"\nD="-----BEGIN\nabc\n-----END"\nE=last`;
  expect(parsed(text)).toEqual({
    A: "a # b",
    B: 'it "is" \\n',
    C: 'one\ntwo "three" $4',
    D: "-----BEGIN\nabc\n-----END",
    E: "last",
  });
});

test("an equals sign in a value is part of it, and the last of a name wins", () => {
  expect(parsed("A=b=c==\nA=d\nURL=https://x/?y=z")).toEqual({ A: "d", URL: "https://x/?y=z" });
});

test("a quote that does not end is part of the value", () => {
  expect(parsed('A="open\nB=2')).toEqual({ A: '"open', B: "2" });
});

test("text without a variable has none", () => {
  expect(parsed("hello there\n= x\n")).toEqual({});
});

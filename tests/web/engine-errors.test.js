import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { ERROR_CODES, InsituError, toWire } from "../../web/js/engine/errors.js";

const root = new URL("../../", import.meta.url);
const read = (/** @type {string} */ path) => readFileSync(new URL(path, root), "utf-8");

test("the page knows every code that Python knows", () => {
  const inPython = [...read("py/insitu/errors.py").matchAll(/^ {4}code = "(.+)"$/gm)].map(
    (match) => match[1],
  );
  assert.ok(inPython.length > 8);
  assert.deepEqual(
    inPython.filter((code) => !(/** @type {readonly string[]} */ (ERROR_CODES).includes(code ?? ""))),
    [],
  );
});

test("the list of codes is that of the protocol", () => {
  const union = /export type ErrorCode =([^;]+);/.exec(read("web/js/engine/protocol.d.ts"))?.[1] ?? "";
  assert.deepEqual(
    [...ERROR_CODES],
    [...union.matchAll(/"(.+?)"/g)].map((match) => match[1]),
  );
});

/** @param {string} name @param {string} message @param {object} [more] */
const named = (name, message, more = {}) => Object.assign(new Error(message), { name, ...more });

const CASES = /** @type {[string, unknown, string, boolean][]} */ ([
  ["a trap", new WebAssembly.RuntimeError("unreachable"), "engine/crashed", true],
  [
    "a read outside memory",
    new WebAssembly.RuntimeError("memory access out of bounds"),
    "engine/crashed",
    true,
  ],
  ["a deep recursion", new RangeError("Maximum call stack size exceeded"), "engine/crashed", true],
  [
    "a dead interpreter",
    new Error("Pyodide already fatally failed and can no longer be used."),
    "engine/crashed",
    true,
  ],
  ["a fatal error of Pyodide", named("Error", "x", { pyodide_fatal_error: true }), "engine/crashed", true],
  ["an uncaught C++ exception", 5270640, "engine/crashed", true],
  ["an ArrayBuffer too many", new RangeError("Array buffer allocation failed"), "engine/out-of-memory", true],
  [
    "memory that does not grow",
    new RangeError("WebAssembly.Memory.grow(): Maximum memory size exceeded"),
    "engine/out-of-memory",
    true,
  ],
  [
    "a full heap of onnxruntime",
    new Error("failed to call OrtRun(). ERROR_MESSAGE: std::bad_alloc"),
    "engine/out-of-memory",
    true,
  ],
  [
    "a MemoryError of Python",
    named("PythonError", "Traceback", { type: "MemoryError" }),
    "engine/out-of-memory",
    true,
  ],
  ["another error of Python", named("PythonError", "unreachable host", { type: "ValueError" }), "bug", false],
  ["a mistake of ours", new TypeError("x is not a function"), "bug", false],
  ["something that is no error", "oops", "bug", false],
  ["an error with a code", new InsituError("image/corrupt", "Cut."), "image/corrupt", false],
  [
    "an error of the engine with a code",
    new InsituError("engine/out-of-memory", "Full."),
    "engine/out-of-memory",
    true,
  ],
]);

for (const [what, thrown, code, dead] of CASES) {
  test(`${what} becomes ${code}`, () => {
    const wire = toWire(thrown);
    assert.equal(wire.error.code, code);
    assert.equal(wire.dead, dead);
    assert.match(wire.error.message, /^[A-Z"].+\.$/);
  });
}

test("details of a Python error hold its type and lines, not its words", () => {
  const message =
    'Traceback (most recent call last):\n  File "/lib/decode.py", line 3, in decode\nValueError: patient-7.png';
  const { error } = toWire(named("PythonError", message, { type: "ValueError" }));
  assert.match(error.details ?? "", /decode\.py/);
  assert.doesNotMatch(JSON.stringify(error), /patient-7/);
});

test("an error survives the wire", () => {
  const back = InsituError.fromWire(
    structuredClone(new InsituError("store/full", "No room.", "quota").toWire()),
  );
  assert.deepEqual([back.code, back.message, back.details], ["store/full", "No room.", "quota"]);
});

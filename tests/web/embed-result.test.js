import assert from "node:assert/strict";
import { test } from "node:test";
import { formValue, sayProgress, sayResult } from "../../web/js/embed/drop-words.js";
import { toResult } from "../../web/js/embed/result.js";

const pack = (threshold = 0.7) => ({
  id: "shapes",
  version: "1.0.0",
  name: "Shapes",
  classes: ["disc", "square", "star"].map((id) => ({
    id,
    name: id.toUpperCase(),
    colour: "#000",
    letter: "x",
  })),
  classify: { threshold },
});

/** @param {number[]} probabilities */
const analysis = (...probabilities) => ({
  probabilities: Float32Array.from(probabilities),
  unlikeness: null,
  flaw: null,
  width: 4,
  height: 3,
});

test("a result names the likeliest class and every probability", () => {
  const result = toResult(analysis(0.125, 0.75, 0.125), pack(), undefined);
  assert.deepEqual(result, {
    state: "accepted",
    reason: null,
    label: "square",
    name: "SQUARE",
    score: 0.75,
    probabilities: { disc: 0.125, square: 0.75, star: 0.125 },
    unlikeness: null,
    width: 4,
    height: 3,
    pack: { id: "shapes", version: "1.0.0" },
  });
});

test("the threshold is the host's, else the pack's", () => {
  const state = (/** @type {number | undefined} */ own, /** @type {number} */ packs) =>
    toResult(analysis(0.75, 0.25, 0), pack(packs), own).state;
  assert.deepEqual(
    [state(undefined, 0.7), state(undefined, 0.8), state(0.75, 0.8), state(0.76, 0.1)],
    ["accepted", "uncertain", "accepted", "uncertain"],
  );
});

test("an image unlike the training images is none of these, however sure the network is", () => {
  const sure = analysis(0, 1, 0);
  const unfamiliar = toResult({ ...sure, unlikeness: 1.5 }, pack(), undefined);
  assert.deepEqual([unfamiliar.state, unfamiliar.unlikeness], ["unlike", 1.5]);
  assert.deepEqual(unfamiliar.reason, { code: "unfamiliar", text: "Unlike the training images." });
  const blank = toResult({ ...sure, flaw: "blank" }, pack(), undefined);
  assert.deepEqual(blank.reason, { code: "blank", text: "Blank." });
});

test("what is uncertain says between which two", () => {
  const { reason } = toResult(analysis(0.5, 0.125, 0.375), pack(), undefined);
  assert.deepEqual(reason, { code: "between", text: "Between DISC and STAR.", between: ["disc", "star"] });
});

/** @param {"accepted" | "uncertain" | "unlike"} state */
const result = (state) => ({
  ...toResult(analysis(0.75, 0.25, 0), pack(), undefined),
  state,
  reason: state === "accepted" ? null : { code: /** @type {const} */ ("blank"), text: "Why." },
});

test("each state is said in words", () => {
  assert.deepEqual(
    /** @type {const} */ (["accepted", "uncertain", "unlike"]).map((state) => sayResult(result(state))),
    ["DISC, 75 %", "Perhaps DISC, 75 %. Why.", "None of these. Why."],
  );
});

test("a form gets the person's class, else the accepted one, else nothing", () => {
  assert.equal(formValue(result("accepted"), null, false), "disc");
  assert.equal(formValue(result("uncertain"), null, true), "");
  assert.equal(formValue(result("unlike"), null, false), "");
  assert.equal(formValue(result("unlike"), null, true), "disc");
  assert.equal(formValue(result("accepted"), "none", false), "none");
  assert.equal(formValue(null, null, true), "");
});

test("progress is said in megabytes", () => {
  const said = sayProgress({ phase: "loading", loaded: 1_250_000, total: 33_500_000, file: null });
  assert.equal(said, "Loading the analysis, once: 1.3 of 33.5 MB");
});
